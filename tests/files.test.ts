import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandId } from '@/domain/ids';
import { ScriptedSession } from './support/scripted-session';
import { SessionPanels } from './support/session-panels';

const WORK = [
  `sed -i 's/Hello/Good day/' src/greeting.js`,
  `seq 1 5000 > many.txt`,
  `seq 1 300000 > huge.txt`,
  `printf '\\000\\001' > data.bin`,
].join(' && ');

let scene: ScriptedSession;
let page: Page;
let panels: SessionPanels;

beforeAll(async () => {
  scene = await ScriptedSession.open('write some files', WORK);
  page = scene.page;
  panels = new SessionPanels(page);
  await scene.visit();
}, 300_000);
afterAll(() => scene.close(), 60_000);

describe('the files of a session', () => {
  const tree = () => page.getByRole('tree', { name: 'Files' });

  it('are a tree that is gone through with the keyboard', async () => {
    await panels.tab('Files').click();
    await panels.entry('src').waitFor();
    await tree().focus();
    for (const key of ['Home', 'ArrowRight']) await page.keyboard.press(key);
    expect(await panels.entry('src').getAttribute('aria-expanded')).toBe('true');
    await panels.entry('greeting.js').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'src/greeting.js' }).waitFor();
    await page.getByText('Good day').last().waitFor();
    expect(await panels.flaws()).toEqual([]);
  });

  it('have lines that can be linked to', async () => {
    await page.getByRole('link', { name: 'Line 3', exact: true }).click();
    expect(await panels.clipboard()).toMatch(/\/s\/[0-9a-f-]+#file=src\/greeting\.js:3$/);
    await page.goto('/');
    await scene.visit('#file=many.txt:4321');
    const current = page.locator('[aria-current=true]').filter({ hasText: '4321' });
    await current.waitFor();
    expect(await current.evaluate((line) => line.getBoundingClientRect().top)).toBeGreaterThan(0);
    await page.getByRole('textbox', { name: 'Line' }).fill('17');
    await page.keyboard.press('Enter');
    await page.locator('[aria-current=true]').filter({ hasText: /^17/ }).waitFor();
    expect(page.url()).toContain('#file=many.txt:17');
    await panels.button('Copy path:line').click();
    expect(await panels.clipboard()).toBe('many.txt:17');
  });

  it('are found by their names', async () => {
    await page.getByRole('searchbox').fill('GREET js');
    await page.getByRole('list', { name: 'Files found' }).getByRole('button').first().waitFor();
    await page.getByRole('searchbox').press('Enter');
    await page.getByRole('heading', { name: 'src/greeting.js' }).waitFor();
    await page.getByRole('searchbox').fill('');
  });

  it('that are no text are said to be none, shown as a picture, or too large', async () => {
    const pixel =
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    await scene.turn('paint', `echo ${pixel} | base64 -d > dot.png && ln -s /etc/passwd outside`);
    await panels.entry('dot.png').click();
    const picture = page.getByRole('img', { name: 'dot.png' });
    await picture.waitFor();
    expect(
      await picture.evaluate((image) => (image instanceof HTMLImageElement ? image.naturalWidth : 0)),
    ).toBe(1);
    await panels.entry('data.bin').click();
    await page.getByText('A binary file').waitFor();
    await panels.entry('huge.txt').click();
    await page.getByText('This file is larger than 1 MB').waitFor();
    await panels.entry('outside link').click();
    await page.getByText('leads out of the repository').waitFor();
  });

  it('are downloaded as they are', async () => {
    await panels.entry('data.bin').click();
    await page.getByText('A binary file').waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), panels.button('Download').click()]);
    expect(download.suggestedFilename()).toBe('data.bin');
    expect([...readFileSync(await download.path())]).toEqual([0, 1]);
  });

  it('lead from the change to a file, and from a file to nowhere else', async () => {
    await panels.tab('Diff').click();
    await panels.file('many.txt').getByRole('button', { name: 'Open many.txt' }).click();
    await page.getByRole('heading', { name: 'many.txt' }).waitFor();
    expect(await panels.tab('Files').getAttribute('aria-selected')).toBe('true');
  });

  it('are those of the change once no sandbox runs', async () => {
    const { api } = await scene.stack.as('ada');
    await api.sessions.archive.mutate({
      sessionId: scene.session.id,
      commandId: CommandId.parse(randomUUID()),
    });
    await page.getByText('No sandbox is running').waitFor();
    await panels.panel.getByRole('button', { name: /greeting\.js/ }).click();
    await page.getByText('The sandbox is gone; this change is kept').waitFor();
    await panels.fold('src/greeting.js').waitFor();
    expect(await panels.fold('src/greeting.js').evaluate((own) => own === document.activeElement)).toBe(true);
  });
});

describe('every page so far', () => {
  it('asked no other host, threw nothing, and met no limit of its security policy', () => {
    expect([...scene.trespasses.hosts]).toEqual([]);
    expect(scene.trespasses.errors).toEqual([]);
  });
});
