import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from '@playwright/test';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { readPng } from '../../scripts/image/read-png';
import { readPictureTools } from './environment';
import { findBrowser } from './find-browser';
import { MAX_SIDE } from './fit';
import type { PictureRequest } from './protocol';
import { takePicture } from './take-picture';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const TALL = `<style>body{margin:0}div{height:20000px;background:#0a64c8}</style><div></div>`;
const LATE = `<title>late</title><script>setTimeout(() => document.body.append(
  Object.assign(document.createElement('p'), { id: 'late', textContent: 'here' })), 300)</script><body>`;

let browser: Browser;
let server: http.Server;
let base: string;
let folder: string;

const asked = (page: string, changes: Partial<PictureRequest> = {}): PictureRequest => ({
  ...{ page, viewport: 'desktop', isWhole: false, waitFor: '', folder },
  ...changes,
});
const take = (page: string, changes: Partial<PictureRequest> = {}) =>
  takePicture(browser, asked(page, changes), { loadMs: 2_000, waitMs: 1_000 });

/** A listening TCP server has an AddressInfo. */
const portOf = (listening: http.Server): number => (listening.address() as AddressInfo).port;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-picture-'));
  writeFileSync(join(folder, 'blue.html'), '<body style="margin:0;background:#0a64c8"><title>blue</title>');
  const pages: Record<string, string> = { '/tall': TALL, '/late': LATE };
  server = http.createServer((request, response) => {
    const path = request.url ?? '';
    if (path === '/never') return;
    if (path === '/away')
      return void response.writeHead(302, { location: `http://example.com:${portOf(server)}/tall` }).end();
    if (path === '/endless') return void setInterval(() => response.write('x'.repeat(100_000)), 10).unref();
    response.writeHead(path in pages ? 200 : 404, { 'content-type': 'text/html' });
    response.end(pages[path] ?? '<h1>not here');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${portOf(server)}`;
  browser = await chromium.launch({
    executablePath: findBrowser(chromium, readPictureTools()),
    chromiumSandbox: false,
    // Somewhere else, without a network.
    args: ['--host-resolver-rules=MAP example.com 127.0.0.1'],
  });
});
afterAll(async () => {
  await browser.close();
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

it('shows a file of the repository as it looks', async () => {
  const answer = await take('blue.html');
  if (!answer.ok) throw new Error(answer.why);
  expect(answer).toMatchObject({ mime: 'image/png', width: 1280, height: 800, title: 'blue', notes: [] });
  const png = readPng(Buffer.from(answer.base64, 'base64'));
  expect([png.width, png.height]).toEqual([1280, 800]);
});

it('waits for what is to be seen, and says when it is not', async () => {
  expect(await take(`${base}/late`, { waitFor: '#late' })).toMatchObject({ ok: true, title: 'late' });
  await expect(take(`${base}/late`, { waitFor: '#never' })).rejects.toThrow(
    '“#never” was not seen within 1 sec',
  );
  await expect(take(`${base}/late`, { waitFor: '::(' })).rejects.toThrow('is no selector');
});

it('shows a page that is too long as far as it can be read', async () => {
  const answer = await take(`${base}/tall`, { isWhole: true, viewport: 'phone' });
  expect(answer).toMatchObject({
    height: MAX_SIDE,
    notes: [expect.stringContaining('longer than the picture')],
  });
});

it('says what the server answered', async () => {
  expect(await take(`${base}/missing`)).toMatchObject({ ok: true, notes: ['The server answered with 404.'] });
});

it.each([
  ['/never', 'did not load within 2 seconds'],
  ['/endless', 'did not load within 2 seconds'],
  ['/away', 'leads to example.com, outside of this sandbox'],
])('takes none of %s', async (path, why) => {
  await expect(take(base + path)).rejects.toThrow(why);
});

it('takes none where nothing listens', async () => {
  const closed = http.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => closed.once('listening', resolve));
  const port = portOf(closed);
  await new Promise((resolve) => closed.close(resolve));
  await expect(take(`http://127.0.0.1:${port}/`)).rejects.toThrow('Start the server in the background');
});
