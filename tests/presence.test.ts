import type { Browser, Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiClient, makeToken } from '@/embedded/stack/browser-sign-in';
import { SessionId } from '@/domain/ids';
import { launchBrowser, visitAs, type Visitor } from './support/browser';
import { startRunningStack, type RunningStack } from './support/running-stack';
import { TerminalRun } from './support/terminal';

let stack: RunningStack | undefined;
let baseUrl: string;
let browser: Browser;
let ada: Visitor;
let ben: Visitor;
/** The session that both are in. */
let url: string;

/** `DISPATCH_URL` names a stack that runs already, which then has a member less; else the file has one of its own. */
beforeAll(async () => {
  const given = process.env['DISPATCH_URL'];
  stack = given === undefined ? await startRunningStack() : undefined;
  baseUrl = given ?? stack?.url ?? '';
  browser = await launchBrowser();
  ada = await visitAs(browser, baseUrl, 'ada');
  ben = await visitAs(browser, baseUrl, 'ben');
  await ada.page
    .getByRole('textbox', { name: 'What should be done?' })
    .fill('create notes/ada.md with: hello');
  await ada.page.getByRole('textbox', { name: 'What should be done?' }).press('Enter');
  await ada.page.waitForURL(/\/s\//);
  url = ada.page.url();
  await ben.page.goto(url);
}, 240_000);
afterAll(async () => {
  await browser.close();
  await stack?.stop();
}, 60_000);

const faces = (page: Page, words: RegExp) => page.getByRole('button', { name: words });
const composer = (page: Page) => page.getByRole('textbox', { name: /next/ });
/** How the turn ended whose prompt has these words. */
const endOf = (page: Page, words: string) =>
  page
    .locator('[data-index]', { has: page.getByRole('article', { name: /^Prompt by/ }), hasText: words })
    .locator('xpath=following-sibling::*//*[@data-outcome="completed"]')
    .first();
const ALONE = /^Here: you on the web[.]/;
const WITH_BEN = /^Here: Ben Okri on the web; you on the web[.]/;

describe('who is in a session', () => {
  it('shows in the header of everybody, with faces and words', async () => {
    await faces(ada.page, WITH_BEN).waitFor();
    await faces(ben.page, /^Here: Ada Lovelace on the web; you on the web[.]/).waitFor();
  });

  it('is told with roles and clients in the panel of people', async () => {
    await faces(ada.page, WITH_BEN).click();
    const here = ada.page.getByRole('list', { name: 'Here now' });
    await here.getByText('owner').waitFor();
    const rows = await here.getByRole('listitem').allInnerTexts();
    expect(rows.map((row) => row.replaceAll('\n', ' '))).toEqual([
      expect.stringMatching(/^AL Ada Lovelace \(you\) · owner Driver .*on the web 1 prompt/) as string,
      expect.stringMatching(/^BO Ben Okri · member on the web$/) as string,
    ]);
  });

  it('counts a person once whose second tab comes and goes', async () => {
    const tab = await ben.context.newPage();
    await tab.goto(url);
    await faces(tab, /^Here: Ada Lovelace/).waitFor();
    await faces(ada.page, WITH_BEN).waitFor();
    await tab.close();
    await faces(ada.page, WITH_BEN).waitFor();
  });

  it('knows a terminal, which knows the others', async () => {
    const token = await makeToken(baseUrl, 'ben', 'presence');
    const terminal = new TerminalRun(['attach', sessionIdOf(url)], {
      server: baseUrl,
      token,
    });
    await terminal.shows('Ada Lovelace is here, on the web');
    await faces(ada.page, /^Here: Ben Okri in a terminal, on the web; /).waitFor();
    terminal.interrupt();
    await terminal.exited;
    await faces(ada.page, WITH_BEN).waitFor();
  });

  it('is known to the server, which the realtime server tells', async () => {
    const api = apiClient(baseUrl, {
      authorization: `Bearer ${await makeToken(baseUrl, 'ada', 'presence')}`,
    });
    const sessionId = sessionIdOf(url);
    const here = async () => (await api.sessions.people.query({ sessionId })).here.map(({ name }) => name);
    await expect.poll(here, { timeout: 30_000 }).toEqual(['Ada Lovelace', 'Ben Okri']);
  });
});

describe('typing', () => {
  it('shows to the other person, until it is sent', async () => {
    await composer(ben.page).pressSequentially('create notes/ben.md with: hi');
    await ada.page.getByText('Ben Okri is typing').waitFor();
    expect(await ben.page.getByText('is typing').count()).toBe(0);
    await composer(ben.page).press('Enter');
    await ada.page.getByText('Ben Okri is typing').waitFor({ state: 'detached' });
    await ada.page.getByRole('log', { name: 'Timeline' }).getByText('create notes/ben.md').first().waitFor();
  });
});

describe('what people do beside speaking to the agent', () => {
  it('is a comment of one, which the other reads at once and resolves', async () => {
    await ben.page.getByRole('log', { name: 'Timeline' }).click();
    await ben.page.keyboard.press('m');
    await ben.page.getByRole('textbox', { name: 'Comment' }).fill('Is this the right folder?');
    await ben.page.keyboard.press('Control+Enter');
    const comment = ada.page.getByRole('article').filter({ hasText: 'Is this the right folder?' });
    await comment.getByRole('button', { name: 'Resolve' }).click();
    await ben.page.getByText('Resolved by Ada Lovelace').waitFor();
  });

  it('is to say who takes part: a viewer reads why they can’t speak, until they may again', async () => {
    const part = ada.page.getByRole('combobox', { name: 'Ben Okri is a' });
    await part.selectOption('viewer');
    await ben.page.getByText('One of its drivers can let you take part again').waitFor();
    expect(await composer(ben.page).count()).toBe(0);
    await part.selectOption('participant');
    await composer(ben.page).waitFor();
  });
});

describe('a tab that is closed', () => {
  it('is a person less, who is still known to have spoken', async () => {
    await ben.page.goto('about:blank');
    await faces(ada.page, ALONE).waitFor();
    const before = ada.page.getByRole('list', { name: 'Spoke before' });
    await before.getByText('Ben Okri').waitFor();
    await ben.page.goto(url);
    await faces(ada.page, WITH_BEN).waitFor();
  });
});

describe('somebody who is taken out of the team', () => {
  it('reads whom to ask, sees nothing more, and is gone for the others, who go on', async () => {
    await removeBen();
    const words = /not in the team Acme any more. Ask Ada Lovelace/;
    await ben.page.locator('footer').getByText(words).first().waitFor();
    expect(await composer(ben.page).count()).toBe(0);
    await faces(ada.page, ALONE).waitFor();
    await ada.page.getByText('Ben Okri left the team').waitFor();
    await ada.page.locator('[data-sync=live]').waitFor();
    await composer(ada.page).fill('create notes/secret.md with: not for ben');
    await composer(ada.page).press('Enter');
    await ada.page.getByText('notes/secret.md').first().waitFor();
    await endOf(ada.page, 'not for ben').waitFor();
    expect(await ben.page.getByText('notes/secret.md').count()).toBe(0);
    await ben.page.reload();
    await ben.page.getByRole('heading', { name: 'You can’t see this session' }).waitFor();
    await ben.page.getByText(words).waitFor();
  });
});

it('asked no other host and threw nothing', () => {
  for (const { trespasses } of [ada, ben]) {
    expect([...trespasses.hosts]).toEqual([]);
    expect(trespasses.errors).toEqual([]);
  }
});

function sessionIdOf(address: string): SessionId {
  return SessionId.parse(new URL(address).pathname.split('/').at(-1));
}

async function removeBen(): Promise<void> {
  const api = apiClient(baseUrl, {
    authorization: `Bearer ${await makeToken(baseUrl, 'ada', 'presence')}`,
  });
  const { members } = await api.sessions.people.query({ sessionId: sessionIdOf(url) });
  const { session } = await api.sessions.get.query({ sessionId: sessionIdOf(url) });
  const userId = members.find(({ login }) => login === 'ben')?.userId;
  if (!userId) throw new Error('Ben is not in the team.');
  await api.teams.removeMember.mutate({ teamId: session.teamId, userId });
}
