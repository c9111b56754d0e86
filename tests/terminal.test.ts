import { readFileSync, readdirSync } from 'node:fs';
import type { BrowserContext, Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, visitAs } from './support/browser';
import { ScriptedSession } from './support/scripted-session';
import { SessionPanels } from './support/session-panels';
import { TerminalRun } from './support/terminal';

let scene: ScriptedSession;
let ada: Page;
let ben: Page;
let benAway: () => Promise<void>;

beforeAll(async () => {
  scene = await ScriptedSession.open('look around', 'ls');
  ada = scene.page;
  const browser = await launchBrowser();
  const visitor = await visitAs(browser, scene.stack.url, 'ben');
  const context: BrowserContext = visitor.context;
  context.setDefaultTimeout(45_000);
  ben = visitor.page;
  benAway = () => browser.close();
  for (const page of [ada, ben]) {
    await page.goto(`${scene.stack.url}/s/${scene.session.id}`);
    await new SessionPanels(page).tab('Terminal').click();
    await page.locator('[data-terminal=open]').waitFor();
  }
}, 300_000);
afterAll(async () => {
  await benAway();
  await scene.close();
}, 60_000);

const screenOf = (page: Page) => page.locator('[data-terminal] .xterm-rows');
const sees = (page: Page, text: RegExp) =>
  expect.poll(() => screenOf(page).innerText(), { timeout: 30_000 }).toMatch(text);
const says = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text }).waitFor();

async function type(page: Page, text: string): Promise<void> {
  await page.locator('[data-terminal] textarea').focus();
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

/** The newest bridge of the session's sandbox. */
function bridgePid(): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const found = pids.filter((pid) => {
    try {
      const isBridge = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('bridge.mjs');
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return isBridge && !command.includes('model-proxy') && environment.includes(scene.session.id);
    } catch {
      // It ended while we looked.
      return false;
    }
  });
  return Number(found.at(-1));
}

describe('the terminal of a session', () => {
  it('shows two people the same, and takes what one of them types, until the other takes over', async () => {
    expect(await new SessionPanels(ada).flaws()).toEqual([]);
    await says(ada, 'Nobody is typing.');
    await type(ada, 'echo $((6 * 7))-ada; pwd');
    for (const page of [ada, ben]) await sees(page, /42-ada\s+\/workspace\/playground/);
    await says(ben, 'Ada Lovelace has the keyboard. 2 people here.');
    await type(ben, 'echo $((6 * 7))-ben');
    await type(ada, 'echo $((6 * 7))-more');
    await sees(ben, /42-more/);
    expect(await screenOf(ben).innerText()).not.toContain('42-ben');
    await ben.getByRole('button', { name: 'Take over' }).click();
    await says(ada, 'Ben Okri has the keyboard.');
    await type(ben, 'echo $((6 * 7))-taken');
    await sees(ada, /42-taken/);
    await ben.getByRole('button', { name: 'Let go' }).click();
    await says(ada, 'Nobody is typing.');
  });

  it('is as wide as the window of who drives, on a phone too, and is left with a key', async () => {
    await ada.getByRole('button', { name: 'Type here' }).click();
    await type(ada, 'clear; tput cols');
    await ada.setViewportSize({ width: 390, height: 844 });
    await new SessionPanels(ada).tab('Terminal').click();
    await ada.locator('[data-terminal=open]').waitFor();
    await ada.getByRole('button', { name: /Type here|Let go/ }).waitFor();
    if (await ada.getByRole('button', { name: 'Type here' }).isVisible())
      await ada.getByRole('button', { name: 'Type here' }).click();
    await type(ada, 'clear; echo "cols=$(tput cols)"');
    await sees(ben, /cols=[3-5]\d\b/);
    expect(await ada.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await ada.locator('[data-terminal] textarea').focus();
    await ada.keyboard.press('Shift+Escape');
    expect(await ada.evaluate(() => document.activeElement?.tagName)).not.toBe('TEXTAREA');
    await ada.setViewportSize({ width: 1440, height: 900 });
  });

  it('comes again by itself when its bridge was killed, and says so meanwhile', async () => {
    await type(ada, 'echo $((6 * 7))-before');
    await sees(ben, /42-before/);
    process.kill(bridgePid(), 'SIGKILL');
    await says(ben, 'Trying again…');
    for (const page of [ada, ben]) await page.locator('[data-terminal=open]').waitFor();
    await expect.poll(() => screenOf(ben).innerText(), { timeout: 30_000 }).not.toContain('42-before');
    await ben.getByRole('button', { name: /Type here/ }).click();
    await type(ben, 'echo $((6 * 7))-anew');
    await sees(ada, /42-anew/);
  });

  it('is typed in from a terminal too, which is left with a key and as it was', async () => {
    const { token } = await scene.stack.as('ben');
    const at = { server: scene.stack.url, token };
    const refused = new TerminalRun(['shell', scene.session.id], at);
    expect(await refused.exited).toBe(2);
    expect(refused.stderr).toContain('A shell needs a terminal');

    if (await ben.getByRole('button', { name: 'Let go' }).isVisible())
      await ben.getByRole('button', { name: 'Let go' }).click();
    const watching = new TerminalRun(['shell', '--read-only', scene.session.id], { ...at, tty: true });
    await watching.shows('42-anew');
    const run = new TerminalRun(['shell', scene.session.id], { ...at, tty: true });
    await run.shows('Ctrl-] then q leaves');
    await run.shows('42-anew');
    await says(ada, 'Ben Okri has the keyboard.');
    run.type('echo $((6 * 7))-cli\r');
    await run.shows('42-cli');
    await sees(ada, /42-cli/);
    watching.type('echo $((6 * 7))-sneaky\r');
    await ada.getByRole('button', { name: 'Take over' }).click();
    await run.shows('Ada Lovelace has the keyboard');
    run.type('\u001dt');
    await says(ada, 'Ben Okri has the keyboard.');
    // What sets a terminal's clipboard or title is not for whoever looks on.
    run.type("printf '\\033]52;c;ZXZpbA==\\a'; echo $((6 * 7))-safe\r");
    await run.shows('42-safe');
    expect(run.stdout).not.toContain('\u001b]52');
    expect(run.stdout).not.toContain('42-sneaky');
    for (const one of [run, watching]) one.type('\u001dq');
    expect([await run.exited, await watching.exited]).toEqual([0, 0]);
    expect(run.shown).toContain('Left the shell; it goes on.');
    await says(ada, 'Nobody is typing.');
  });

  it('is closed to who has no ticket, or one that was used', async () => {
    const { api } = await scene.stack.as('ben');
    const { url } = await api.ports.terminal.mutate({ sessionId: scene.session.id });
    const reach = (address: string) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(address);
        socket.onopen = () => resolve('open');
        socket.onerror = () => resolve('refused');
      });
    expect(await reach(url.replace(/dispatch_ticket=[^&]+/, 'dispatch_ticket=none'))).toBe('refused');
    const first = new WebSocket(url);
    await new Promise((resolve) => (first.onopen = resolve));
    expect(await reach(url)).toBe('refused');
  });
});
