import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BlobKey, SessionId } from '@/domain/ids';
import { apiClient, makeToken } from '@/embedded/stack/browser-sign-in';
import { untilTakenOver } from '../scripts/shots/stage/until-taken-over';
import { launchBrowser, visitAs, type Visitor } from './support/browser';
import { startRunningStack, type Api, type RunningStack } from './support/running-stack';

let stack: RunningStack | undefined;
let baseUrl: string;
let browser: Browser;
let ada: Visitor;
let ben: Visitor;
let api: Api;
let folder: string;

/** `DISPATCH_URL` names a stack that runs already; without it the file has one of its own. */
beforeAll(async () => {
  const given = process.env['DISPATCH_URL'];
  stack = given === undefined ? await startRunningStack() : undefined;
  baseUrl = given ?? stack?.url ?? '';
  const token = await makeToken(baseUrl, 'ada', 'home');
  api = apiClient(baseUrl, { authorization: `Bearer ${token}` });
  folder = mkdtempSync(join(tmpdir(), 'dispatch-home-'));
  makeRepository();
  await api.repositories.resolve.mutate({ address: join(folder, 'shop') });
  browser = await launchBrowser();
  ada = await visitAs(browser, baseUrl, 'ada');
  ben = await visitAs(browser, baseUrl, 'ben');
}, 240_000);
afterAll(async () => {
  await browser.close();
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** A repository of this machine with two branches. */
function makeRepository(): void {
  const shop = join(folder, 'shop');
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@acme.test', ...args], { cwd: shop });
  execFileSync('git', ['init', '-q', '-b', 'main', shop]);
  writeFileSync(join(shop, 'README.md'), '# Shop\n');
  git('add', '.');
  git('commit', '-qm', 'first');
  git('branch', 'release/next');
  // The sandbox is somebody else.
  execFileSync('chmod', ['-R', 'a+rX', folder]);
}

const box = (page: Page) => page.getByRole('textbox', { name: 'What should be done?' });
const rowOf = (page: Page, words: string) => page.locator('a[data-session]', { hasText: words });
const groupOf = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

async function goHome(page: Page, query = ''): Promise<void> {
  await page.goto(`/${query}`);
  await page.waitForLoadState('networkidle');
  await untilTakenOver(page);
}

async function start(page: Page, text: string): Promise<SessionId> {
  await goHome(page);
  await box(page).fill(text);
  await box(page).press('Enter');
  await page.waitForURL(/\/s\//);
  return SessionId.parse(page.url().split('/s/')[1]);
}

/** What the first prompt of a session holds. */
async function firstPrompt(sessionId: SessionId) {
  const { events } = await api.events.after.query({ sessionId, after: 0, limit: 100 });
  const queued = events.map(({ event }) => event).find(({ kind }) => kind === 'prompt.queued');
  if (queued?.kind !== 'prompt.queued') throw new Error('The session has no prompt.');
  return queued;
}

/** A large photograph in the clipboard, with where it was taken, pasted into the prompt. */
async function pastePhotograph(page: Page): Promise<void> {
  await box(page).evaluate(async (area) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [3_200, 1_600];
    canvas.getContext('2d')!.fillRect(0, 0, 1_000, 1_600);
    const drawn = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg'));
    const jpeg = new Uint8Array(await drawn!.arrayBuffer());
    const exif = new TextEncoder().encode('Exif\0\0taken at 51.5074 N');
    const marker = new Uint8Array([0xff, 0xe1, 0, exif.length + 2]);
    const file = new File([jpeg.slice(0, 2), marker, exif, jpeg.slice(2)], 'image.jpg', {
      type: 'image/jpeg',
    });
    const clipboardData = new DataTransfer();
    clipboardData.items.add(file);
    area.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
}

/** Width and height of a JPEG, from its start-of-frame segment. */
function sizeOfJpeg(bytes: Buffer): [number, number] {
  for (let at = 2; at < bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    const kind = bytes[at + 1]!;
    if (kind >= 0xc0 && kind <= 0xc2) return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)];
  }
  throw new Error('This is no JPEG.');
}

describe('a new session from the keyboard', () => {
  it('has repository, branch, effort, prompt and a pasted picture, which arrives scaled and bare', async () => {
    const { page } = ada;
    await goHome(page);
    await page.keyboard.press('c');
    await page.keyboard.type('describe the picture');
    await pastePhotograph(page);
    await page.locator('[data-file=ready]').waitFor();
    // The button that attaches, then the repository.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type('shop');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: 'release/next' }).waitFor();
    await page.keyboard.type('next');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Branch to start from: release/next' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type('High');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/s\//);

    const sessionId = SessionId.parse(page.url().split('/s/')[1]);
    const { session } = await api.sessions.get.query({ sessionId });
    expect(session).toMatchObject({
      baseBranch: 'release/next',
      effort: 'high',
      repository: { name: 'shop' },
    });
    const { text, attachments } = await firstPrompt(sessionId);
    expect(text).toBe('describe the picture');
    expect(attachments).toMatchObject([{ name: 'image.jpg', mime: 'image/jpeg' }]);
    const key = BlobKey.parse(attachments[0]!.blob.key);
    const addresses = await api.uploads.addresses.query({ sessionId, keys: [key] });
    const bytes = Buffer.from(await (await fetch(addresses[key]!)).arrayBuffer());
    expect(bytes.length).toBe(attachments[0]!.blob.sizeBytes);
    expect(sizeOfJpeg(bytes)).toEqual([1_568, 784]);
    expect(bytes.toString('latin1')).not.toContain('51.5074');
  });

  it('remembers what was chosen for this repository, and keeps a draft with its files over a reload', async () => {
    const { page } = ada;
    await goHome(page);
    await page.getByRole('button', { name: 'Branch to start from: release/next' }).waitFor();
    expect(await page.getByRole('combobox', { name: 'Effort' }).inputValue()).toBe('high');
    await box(page).fill('not sent yet');
    await page
      .locator('input[type=file]')
      .setInputFiles([{ name: 'notes.ts', mimeType: 'video/mp2t', buffer: Buffer.from('const a = 1;\n') }]);
    await page.locator('[data-file=ready]').waitFor();
    await page.reload();
    await page.locator('[data-file=ready]', { hasText: 'notes.ts' }).waitFor();
    expect(await box(page).inputValue()).toBe('not sent yet');
    await page.getByRole('button', { name: 'Remove notes.ts' }).click();
    await box(page).fill('');
    await page
      .getByRole('combobox', { name: 'Repository', exact: true })
      .selectOption({ label: 'acme/playground' });
    expect(await page.getByRole('combobox', { name: 'Effort' }).inputValue()).toBe('');
  });

  it('says inline what is wrong, with everything kept', async () => {
    const { page } = ada;
    await goHome(page);
    await page
      .locator('input[type=file]')
      .setInputFiles([
        { name: 'film.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(21 * 1024 * 1024) },
      ]);
    await page.getByText('Larger than 20 MB').waitFor();
    await box(page).fill('with a file that is too large');
    expect(await page.getByRole('button', { name: 'Start session' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Remove film.bin' }).click();
    await page.route('**/api/trpc/sessions.create**', (route) => route.abort());
    await box(page).press('Control+Enter');
    await page.getByText('No session was started; your prompt is kept.').waitFor();
    expect(await box(page).inputValue()).toBe('with a file that is too large');
    await page.unroute('**/api/trpc/sessions.create**');
    await box(page).fill('');
  });
});

describe('the list', () => {
  it('finds words of titles and prompts, shares what it found, and shows the way out of nothing', async () => {
    const sessionId = await start(ada.page, 'create notes/fruit.md with: apples');
    await api.prompts.send.mutate({
      ...{ sessionId, commandId: crypto.randomUUID(), promptId: crypto.randomUUID() },
      text: 'create notes/jam.md with: three glasses of MARMALADE',
    });
    await goHome(ada.page);
    await ada.page.keyboard.press('/');
    await ada.page.keyboard.type('marmal');
    await expect.poll(() => ada.page.locator('a[data-session]').count()).toBe(1);
    expect(await rowOf(ada.page, 'fruit').locator('mark').innerText()).toBe('MARMAL');
    await ada.page.waitForURL(/\?q=marmal$/);
    await goHome(ben.page, new URL(ada.page.url()).search);
    await rowOf(ben.page, 'fruit').waitFor();
    expect(await ben.page.locator('a[data-session]').count()).toBe(1);
    await ada.page.getByRole('combobox', { name: 'Filter by repository' }).selectOption({ label: 'shop' });
    await ada.page.getByRole('heading', { name: 'No session says “marmal”' }).waitFor();
    await ada.page.getByRole('button', { name: 'Search everywhere' }).click();
    await rowOf(ada.page, 'fruit').waitFor();
    await ada.page.getByRole('button', { name: 'Show all' }).click();
    await ada.page.waitForURL((url) => url.search === '');
    await rowOf(ada.page, 'describe the picture').waitFor();
  });

  it('can be narrowed to a person and a state, and shows what was archived on request', async () => {
    const sessionId = await start(ben.page, 'create notes/ben.md with: mine');
    await goHome(ada.page);
    await ada.page.getByRole('combobox', { name: 'Filter by person' }).selectOption({ label: 'Ben Okri' });
    await expect.poll(() => ada.page.locator('a[data-session]').allInnerTexts()).toHaveLength(1);
    await api.sessions.archive.mutate({ sessionId, commandId: crypto.randomUUID() });
    await ada.page.getByRole('heading', { name: 'No session fits this filter' }).waitFor();
    await ada.page.getByRole('button', { name: 'Show all sessions' }).click();
    await rowOf(ada.page, 'describe the picture').waitFor();
    await rowOf(ada.page, 'notes/ben.md').waitFor({ state: 'detached' });
    await ada.page.getByRole('button', { name: 'Archived sessions' }).click();
    await groupOf(ada.page, 'Archived').locator('a', { hasText: 'notes/ben.md' }).waitFor();
  });

  it('follows what agents do, without asking the server, and moves nothing under the pointer', async () => {
    const { page } = ada;
    // Once it is told of changes, the page reads its list again: what it asks for after that is one request too many.
    const readAgain = page.waitForResponse(/sessions\.page/);
    await goHome(page);
    await readAgain;
    // Nothing is held yet.
    await page.mouse.move(2, 2);
    const first = page.locator('a[data-session]').first();
    const firstId = await first.getAttribute('data-session');
    const asked: string[] = [];
    page.on('request', (request) => {
      if (/sessions\.(page|list)/.test(request.url())) asked.push(request.url());
    });
    const word = `tick${Date.now()}`;
    await start(ben.page, `run \`for i in $(seq 90); do echo ${word} $i; sleep 1; done\``);
    const running = groupOf(page, 'Running').locator('a', { hasText: word });
    await expect.poll(() => running.allInnerTexts()).toEqual([expect.stringMatching(/running .*for i in/)]);
    expect(asked).toEqual([]);

    await page.locator(`a[data-session="${firstId}"]`).hover();
    const before = await page.locator('a[data-session]').allInnerTexts();
    await ben.page.getByRole('button', { name: 'Stop this turn' }).waitFor();
    await ben.page.keyboard.press('s');
    const moved = page.getByRole('button', { name: /moved. Show/ });
    await moved.waitFor();
    const held = groupOf(page, 'Running').locator('a', { hasText: word });
    await held.getByText('stopped').waitFor();
    expect(await page.locator('a[data-session]').count()).toBe(before.length);
    await page.mouse.move(2, 2);
    await groupOf(page, 'Recent').locator('a', { hasText: word }).waitFor();
    expect(await moved.count()).toBe(0);
  });

  it('marks what one has not seen, until one looks, in the other tab too', async () => {
    const sessionId = await start(ada.page, 'create notes/shared.md with: one');
    await ada.page.locator('[data-outcome=completed]').waitFor();
    const other = await ada.context.newPage();
    await goHome(other);
    const row = rowOf(other, 'shared.md');
    await expect.poll(() => row.getAttribute('data-unread')).toBeNull();
    await goHome(ada.page);
    await ben.page.goto(`/s/${sessionId}`);
    const say = ben.page.getByRole('textbox', { name: /What should be done next|Queue/ });
    await say.fill('create notes/shared-too.md with: two');
    await say.press('Enter');
    for (const page of [ada.page, other]) {
      await expect
        .poll(() => rowOf(page, 'shared.md').getAttribute('data-unread'), { timeout: 60_000 })
        .toBe('true');
    }
    expect(await row.innerText()).toContain('Unread');
    await rowOf(ada.page, 'shared.md').click();
    await ada.page.waitForURL(/\/s\//);
    await ada.page.locator('[data-outcome=completed]').nth(1).waitFor();
    await expect.poll(() => row.getAttribute('data-unread'), { timeout: 60_000 }).toBeNull();
    await goHome(ada.page);
    expect(await rowOf(ada.page, 'shared.md').getAttribute('data-unread')).toBeNull();
    await other.close();
  });
});

describe('without a network', () => {
  it('the list stays, and a session that is started then begins with the next one', async () => {
    const { page, context } = ada;
    await goHome(page);
    await context.setOffline(true);
    await page.getByText('You are offline. This is the list as of').waitFor();
    expect(await page.locator('a[data-session]').count()).toBeGreaterThan(2);
    await box(page).fill('create notes/later.md with: kept');
    await box(page).press('Enter');
    await page.getByText('The session starts as soon as you are back.').waitFor();
    await context.setOffline(false);
    await page.waitForURL(/\/s\//);
    await page.locator('[data-outcome=completed]').waitFor();
  });
});

describe('every page of it', () => {
  it('asked no other host and threw nothing', () => {
    for (const { trespasses } of [ada, ben]) {
      expect([...trespasses.hosts]).toEqual([]);
      expect(trespasses.errors).toEqual([]);
    }
  });
});
