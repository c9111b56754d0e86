import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseLoggedEvent } from '@/domain/events/logged-event';
import { SessionId } from '@/domain/ids';
import { NO_ROWS, promptRowsAfter } from '@/domain/session/prompt-rows';
import { apiClient, makeToken } from '@/embedded/stack/browser-sign-in';
import { launchBrowser, visitAs, type Visitor } from './support/browser';
import { startRunningStack, type RunningStack } from './support/running-stack';
import { TerminalRun } from './support/terminal';

let stack: RunningStack | undefined;
let baseUrl: string;
let browser: Browser;
let ada: Visitor;
let ben: Visitor;

/** `DISPATCH_URL` names a stack that runs already; without it the file has one of its own. */
beforeAll(async () => {
  const given = process.env['DISPATCH_URL'];
  stack = given === undefined ? await startRunningStack() : undefined;
  baseUrl = given ?? stack?.url ?? '';
  browser = await launchBrowser();
  ada = await visitAs(browser, baseUrl, 'ada');
  ben = await visitAs(browser, baseUrl, 'ben');
}, 240_000);
afterAll(async () => {
  await browser.close();
  await stack?.stop();
}, 60_000);

const timeline = (page: Page) => page.getByRole('log', { name: 'Timeline' });
const ends = (page: Page) => page.locator('[data-outcome]');
const say = async (page: Page, text: string) => {
  const box = page.getByRole('textbox');
  await box.fill(text);
  await box.press('Enter');
};

async function startSession(page: Page, prompt: string): Promise<string> {
  await page.goto('/');
  await page.waitForLoadState('networkidle');
  await say(page, prompt);
  await page.waitForURL(/\/s\//);
  return page.url();
}

const sessionIdOf = (url: string): SessionId => SessionId.parse(new URL(url).pathname.split('/').at(-1));

/** What the agent was given to do in a session, in its order. */
async function askedIn(url: string): Promise<string[]> {
  const sessionId = sessionIdOf(url);
  const api = apiClient(baseUrl, { authorization: `Bearer ${await makeToken(baseUrl, 'ada', 'test')}` });
  const { events } = await api.events.after.query({ sessionId, after: 0, limit: 1_000 });
  const logged = events.map(parseLoggedEvent);
  const rows = promptRowsAfter(NO_ROWS, logged);
  return logged.flatMap(({ event }) =>
    event.kind === 'prompt.started' ? (rows.get(event.promptId)?.text ?? '') : [],
  );
}

/** The line at the bottom, once it says that this tab is complete. */
async function appliedOf(page: Page): Promise<string> {
  await page.locator('[data-sync=live]').waitFor();
  const line = (await page.locator('footer').innerText()).replaceAll('\n', ' ');
  return /\d+ of \d+/.exec(line)?.[0] ?? line;
}

describe('a session in two browsers', () => {
  it('shows both people the same text while it is written, and the same change in the end', async () => {
    const url = await startSession(ada.page, 'rename greet to welcome; then run the tests');
    await ben.page.goto(url);
    for (const { page } of [ada, ben]) await page.locator('[data-live=true]').first().waitFor();
    for (const { page } of [ada, ben]) await page.locator('[data-outcome=completed]').waitFor();
    for (const { page } of [ada, ben]) {
      await page
        .getByRole('complementary', { name: 'Diff' })
        .getByRole('button', { name: /src\/greeting\.js/ })
        .first()
        .waitFor();
      // A file's lines come after its name, and stand there twice where a diff is split.
      await page.getByText('export function welcome(name) {').first().waitFor();
    }
    expect(await appliedOf(ben.page)).toBe(await appliedOf(ada.page));
    expect(await timeline(ben.page).innerText()).toBe(await timeline(ada.page).innerText());
  });

  it('takes the answer of the other person to what it asks, and its change into a checkout', async () => {
    const file = `colour-${randomUUID().slice(0, 8)}.md`;
    const url = await startSession(ada.page, `ask me red or blue, then create ${file} with: {answer}`);
    await ben.page.goto(url);
    const card = (page: Page) => page.getByRole('region', { name: 'The agent asks' });
    await card(ada.page).waitFor();
    await card(ben.page).getByRole('button', { name: 'blue' }).click();
    for (const { page } of [ada, ben]) {
      await timeline(page)
        .getByText(/Ben Okri/)
        .first()
        .waitFor();
      await page.locator('[data-outcome=completed]').waitFor();
      expect(await card(page).count()).toBe(0);
    }
    const checkout = mkdtempSync(join(tmpdir(), 'dispatch-checkout-'));
    const address = process.env['DISPATCH_GITHUB_URL'] ?? stack?.githubUrl ?? '';
    await promisify(execFile)('git', ['clone', '--quiet', `${address}/acme/playground.git`, checkout]);
    const terminal = new TerminalRun(['apply', sessionIdOf(url)], {
      ...{ server: baseUrl, cwd: checkout },
      token: await makeToken(baseUrl, 'ben', 'terminal of ben'),
    });
    expect(await terminal.exited, terminal.shown).toBe(0);
    expect(readFileSync(join(checkout, file), 'utf8')).toContain('blue');
    rmSync(checkout, { recursive: true });
  });

  it('queues what the other person says, stops on a key, and goes on with the queue', async () => {
    const url = await startSession(ada.page, 'run `for i in $(seq 60); do echo tick $i; sleep 1; done`');
    await ben.page.goto(url);
    await ada.page.getByRole('button', { name: /^Running/ }).waitFor();
    await say(ben.page, 'create notes/from-ben.md with: hello');
    await ada.page.getByRole('region', { name: 'Queue' }).getByText('Ben Okri').waitFor();
    await ada.page.locator('h1').click();
    await ada.page.keyboard.press('s');
    await ben.page.locator('[data-outcome=stopped]').waitFor();
    await ben.page.locator('[data-outcome=completed]').waitFor();
    await ada.page
      .getByRole('complementary', { name: 'Diff' })
      .getByRole('button', { name: /notes\/from-ben\.md/ })
      .first()
      .waitFor();
    expect(await ends(ada.page).count()).toBe(2);
  });

  it('is in the list of everybody, which changes without a reload', async () => {
    await ben.page.goto('/');
    await ben.page.waitForLoadState('networkidle');
    const word = randomUUID().slice(0, 8);
    await startSession(ada.page, `create notes/${word}.md with: seen by ben`);
    const row = ben.page.getByRole('link', { name: word });
    await row.waitFor();
    await row.getByText('done').waitFor();
  });
});

describe('a browser that loses the network', () => {
  it('says so, keeps the prompt through a reload, and sends it once by itself when it is back', async () => {
    const { page, context } = ada;
    await startSession(page, 'run the tests');
    await page.locator('[data-outcome=completed]').waitFor();
    await context.setOffline(true);
    await say(page, 'create notes/later.md with: kept');
    await page.locator('[data-outgoing=waiting]').getByText('create notes/later.md').waitFor();
    await page.getByText('goes out when Dispatch answers').waitFor();
    await context.setOffline(false);
    await page.reload();
    await page.locator('[data-outcome=completed]').nth(1).waitFor();
    expect(await timeline(page).getByText('create notes/later.md with: kept').count()).toBe(1);
    expect(await page.locator('[data-outgoing]').count()).toBe(0);
  });
});

describe('a terminal that wants in', () => {
  it('is let in by the person who compares its code', async () => {
    const api = apiClient(baseUrl, {});
    const { deviceCode, userCode, verifyUrl } = await api.auth.startDevice.mutate({ label: 'laptop of ada' });
    expect(await api.auth.pollDevice.mutate({ deviceCode })).toEqual({ status: 'pending' });
    await ada.page.goto(verifyUrl);
    await ada.page.getByText('laptop of ada').waitFor();
    expect(await ada.page.getByText(userCode).count()).toBe(1);
    await ada.page.getByRole('button', { name: 'Let it in as Ada Lovelace' }).click();
    await ada.page.getByText('The terminal is in as Ada Lovelace').waitFor();
    expect(await api.auth.pollDevice.mutate({ deviceCode })).toMatchObject({ status: 'approved' });
  });
});

describe('two people on one queue', () => {
  it('change it together, and speak to the turn that runs', async () => {
    const url = await startSession(ada.page, 'run `for i in $(seq 60); do echo tick $i; sleep 1; done`');
    await ben.page.goto(url);
    await ada.page.getByRole('button', { name: /^Running/ }).waitFor();
    await say(ben.page, 'create notes/one.md with: 1');
    await say(ben.page, 'create notes/two.md with: 2');
    const queue = (page: Page) => page.getByRole('region', { name: 'Queue' }).getByRole('listitem');
    await queue(ada.page).nth(1).waitFor();
    await ada.page.getByRole('button', { name: 'Run earlier: create notes/two.md' }).click();
    await ada.page.getByRole('button', { name: 'Edit: create notes/one.md' }).click();
    await ada.page.getByRole('textbox', { name: 'Words of the prompt' }).fill('create notes/uno.md with: 1');
    await ada.page.keyboard.press('Enter');
    await queue(ben.page).nth(1).getByText('create notes/uno.md with: 1').waitFor();
    await ben.page.getByRole('button', { name: 'Withdraw: create notes/two.md' }).click();
    await queue(ada.page).nth(1).waitFor({ state: 'detached' });
    const box = ben.page.getByRole('textbox', { name: 'Queue for the next turn' });
    await box.fill('create notes/three.md with: 3');
    await box.press('Control+Enter');
    await ada.page.locator('[data-outcome=stopped]').waitFor();
    await ada.page.locator('[data-outcome=completed]').nth(1).waitFor();
    // A long timeline is drawn in part only, so the order is read from the log.
    expect(await askedIn(url)).toEqual([
      expect.stringContaining('run `for'),
      'create notes/three.md with: 3',
      'create notes/uno.md with: 1',
    ]);
  });
});

describe('every page so far', () => {
  it('asked no other host, threw nothing, and met no limit of its security policy', () => {
    for (const { trespasses } of [ada, ben]) {
      expect([...trespasses.hosts]).toEqual([]);
      expect(trespasses.errors).toEqual([]);
    }
  });
});
