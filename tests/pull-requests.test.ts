import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, expect, it } from 'vitest';
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

/** A call of GitHub's REST API about acme/web as somebody who signed in. */
async function atGitHub<T>(login: string, path: string, body?: object): Promise<T> {
  const token = await githubTokenOf(stack, login);
  const answer = await fetch(`${stack.githubUrl}/repos/acme/web${path}`, {
    headers: { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json' },
    ...(body ? { method: path.endsWith('/merge') ? 'PUT' : 'POST', body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T; // as GitHub's reference has it
}

interface Pull {
  number: number;
  user: { login: string };
  body: string;
  head: { sha: string };
}
interface Commit {
  commit: { author: { name: string }; message: string };
}

it('two people’s work is published by one of them, reviewed, fixed, answered and merged', async () => {
  const { api } = await stack.as('ada');
  const asBen = await stack.as('ben');
  const opened = await SessionDriver.open({ stack, api }, 'run `echo one > one.txt`', 'acme/web');
  const { session } = opened;
  await session.untilFinished(opened.promptId);
  const bens = new SessionDriver(asBen.api, session.id);
  await session.untilFinished(await bens.send('run `echo two > two.txt`'));

  const { page } = await visitAs(browser, stack.url, 'ben');
  await page.goto(`/s/${session.id}`);
  await page.getByRole('button', { name: 'Pull request…' }).click();
  await page.getByRole('textbox', { name: 'Title' }).fill('Two files');
  await page.getByRole('button', { name: 'Open pull request' }).click();
  await page.getByRole('link', { name: /#1 Two files \(open\)/ }).waitFor({ timeout: 60_000 });

  const pull = await atGitHub<Pull>('ada', '/pulls/1');
  expect(pull.user.login).toBe('ben');
  expect(pull.body).toMatch(/one\.txt[\s\S]*two\.txt/);
  const commits = await atGitHub<Commit[]>('ada', '/pulls/1/commits');
  const authors = commits.map(({ commit }) => commit.author.name.toLowerCase());
  expect(authors[0]).toContain('ada');
  expect(authors[1]).toContain('ben');
  expect(commits[0]?.commit.message).toContain('Co-authored-by: Dispatch agent');

  const place = { path: 'one.txt', position: 1, commit_id: pull.head.sha };
  await atGitHub('ada', '/pulls/1/comments', { body: 'run `echo three > three.txt`', ...place });
  await page.getByText('Review comment on one.txt').first().waitFor({ timeout: 60_000 });
  await expect
    .poll(() => atGitHub<unknown[]>('ada', '/pulls/1/comments').then(({ length }) => length), {
      ...{ timeout: 90_000, interval: 500 },
    })
    .toBe(2);
  await expect
    .poll(() => atGitHub<unknown[]>('ada', '/pulls/1/commits').then(({ length }) => length), {
      ...{ timeout: 60_000, interval: 500 },
    })
    .toBe(3);

  await atGitHub('ada', '/pulls/1/merge', {});
  await page.getByRole('link', { name: /#1 Two files \(merged\)/ }).waitFor({ timeout: 60_000 });
  await page.context().close();
}, 400_000);
