import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, visitAs } from './support/browser';
import { githubTokenOf } from './support/github-token';
import { type RunningStack, startRunningStack } from './support/running-stack';
import { SessionDriver } from './support/session-driver';

let stack: RunningStack;
let browser: Browser;

beforeAll(async () => {
  stack = await startRunningStack();
  browser = await launchBrowser();
}, 300_000);
afterAll(async () => {
  await browser.close();
  await stack.stop();
}, 60_000);

/** What the agent's shell says of its git: it reads, it can't write, and no token lies about. */
// Pushing is asked about by its name; an agent that means to push finds another way to say it.
const LOOK = [
  'git fetch origin && echo "read=$(git rev-parse origin/main)"',
  'p=push; git $p origin HEAD:refs/heads/sneaky; echo "pushed=$?"',
  'echo "in-env=$(env | grep -cE "gh[su]_[A-Za-z0-9]|PRIVATE KEY")"',
  'echo "in-files=$(grep -rlE "gh[su]_[A-Za-z0-9]{8}|BEGIN [A-Z ]*PRIVATE KEY" . "$HOME" 2>/dev/null | wc -l)"',
].join('; ');

function outputOf(session: SessionDriver): string {
  const parts = session.all('part.finished').map(({ part }) => part);
  return parts.flatMap((part) => (part.type === 'tool' ? [JSON.stringify(part)] : [])).join('\n');
}

describe('a private repository at GitHub', () => {
  it('is added on the page of repositories, and a session on it is opened from the form', async () => {
    const { page } = await visitAs(browser, stack.url, 'ada');
    await page.goto('/settings/repositories');
    await page.getByRole('button', { name: 'Add acme/web' }).click();
    await page.getByRole('heading', { name: 'acme/web' }).waitFor();
    await page.getByText('At GitHub', { exact: true }).last().waitFor();
    const shots = process.env['GITHUB_SHOTS'];
    for (const width of shots === undefined ? [] : [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({ path: `${shots}/repositories-${width}.png` });
    }
    await page.goto('/');
    await page.getByRole('combobox', { name: 'Repository', exact: true }).selectOption({ label: 'acme/web' });
    await page.getByRole('textbox', { name: 'What should be done?' }).fill('run `git remote -v`');
    await page.getByRole('button', { name: 'Start session' }).click();
    await page.waitForURL(/\/s\/[0-9a-f-]+/);
    await page.getByText('acme/web.git (fetch)').first().waitFor({ timeout: 60_000 });
    await page.context().close();
  });

  it('is read by the agent’s git, before and after its token ended, and written by nothing in there', async () => {
    const { api } = await stack.as('ben');
    const { session, promptId } = await SessionDriver.open({ stack, api }, `run \`${LOOK}\``, 'acme/web');
    await session.untilFinished(promptId);
    const said = outputOf(session);
    expect(said).toMatch(/read=[0-9a-f]{40}/);
    expect(said).toMatch(/pushed=[1-9]/);
    expect(said).toContain('in-env=0');
    expect(said).toContain('in-files=0');

    stack.expireGitHubTokens();
    const again = await session.send('run `git fetch origin; echo "fetched=$?"`');
    await session.untilFinished(again);
    expect(outputOf(session)).toContain('fetched=0');
    expect(JSON.stringify(session.events)).not.toMatch(/gh[su]_[A-Za-z0-9]{8}/);
  });

  it('is closed to whoever GitHub put out, by its webhook', async () => {
    const { api } = await stack.as('ben');
    const { session } = await SessionDriver.open({ stack, api }, 'run `true`', 'acme/web');
    const answer = await fetch(`${stack.githubUrl}/orgs/acme/members/ben`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${await githubTokenOf(stack, 'ada')}` },
    });
    expect(answer.status).toBe(204);
    // Far less than the minutes for which a right is believed.
    await expect
      .poll(() => api.sessions.get.query({ sessionId: session.id }).then(() => 'open', String), {
        timeout: 30_000,
        interval: 250,
      })
      .toContain('GitHub does not let you see acme/web');
  });
});
