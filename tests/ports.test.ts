import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ScriptedSession } from './support/scripted-session';
import { SessionPanels } from './support/session-panels';

/** A dev server with a page, a file of it, a socket, and what it was asked with. */
const SERVER = `
const http = require('http'), crypto = require('crypto'), fs = require('fs');
const page = '<h1>Dev page</h1><p id=file></p><p id=socket></p><script src="/app.js"></script>';
const script = "document.cookie='own=1';document.cookie='wide=1; Domain=localhost';file.textContent='file loaded';" +
  "new WebSocket('ws://'+location.host+'/hmr').onopen=()=>{socket.textContent='socket open'}";
http.createServer((q, a) => {
  if (q.url === '/headers') return a.end(JSON.stringify(q.headers));
  a.setHeader('content-type', q.url === '/app.js' ? 'text/javascript' : 'text/html');
  a.end(q.url === '/app.js' ? script : page);
}).on('upgrade', (q, s) => {
  const key = crypto.createHash('sha1').update(q.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11');
  s.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: ' + key.digest('base64') + '\\r\\n\\r\\n');
}).listen(0, '127.0.0.1', function () { fs.writeFileSync('port.txt', String(this.address().port)); });
`;
const WORK = `echo ${Buffer.from(SERVER).toString('base64')} | base64 -d > /tmp/dev-server.cjs
node /tmp/dev-server.cjs > /dev/null 2>&1 &
until [ -s port.txt ]; do sleep 0.1; done`;

let scene: ScriptedSession;
let page: Page;
let preview: Page;

beforeAll(async () => {
  scene = await ScriptedSession.open('serve a page', WORK);
  page = scene.page;
  await scene.visit();
}, 300_000);
afterAll(() => scene.close(), 60_000);

describe('the ports of a session', () => {
  it('open in a tab of their own, with files and sockets of the page', async () => {
    const panels = new SessionPanels(page);
    await panels.tab('Ports').click();
    const link = page.getByRole('link', { name: /^Open port \d+ in a new tab$/ });
    await link.waitFor();
    expect(await panels.flaws()).toEqual([]);
    [preview] = await Promise.all([page.context().waitForEvent('page'), link.click()]);
    await preview.getByRole('heading', { name: 'Dev page' }).waitFor();
    await preview.getByText('file loaded').waitFor();
    await preview.getByText('socket open').waitFor();
    expect(new URL(preview.url()).hostname).toMatch(/^p\d+-[0-9a-f-]{36}\.localhost$/);
    expect(preview.url()).not.toContain('ticket');
  });

  it('show their pages neither the app’s cookies, nor its answers, nor what let the person in', async () => {
    const inApp = (await page.context().cookies(scene.stack.url)).map(({ name }) => name);
    expect(inApp.some((name) => name.includes('session-token'))).toBe(true);
    expect(inApp).not.toContain('wide');
    expect(await preview.evaluate(() => document.cookie)).toBe('own=1');
    const seen = await preview.evaluate(async () => (await fetch('/headers')).text());
    expect(seen).toContain('own=1');
    for (const secret of ['session-token', 'dispatch_grant']) expect(seen).not.toContain(secret);
    const reach = (url: string) =>
      fetch(url, { credentials: 'include' }).then(
        () => 'read',
        () => 'refused',
      );
    expect(await preview.evaluate(reach, `${scene.stack.url}/api/trpc/auth.whoami`)).toBe('refused');
    expect(await preview.evaluate(() => window.opener === null)).toBe(true);
  });

  it('are closed to who has no ticket, and to who is not signed in', async () => {
    const { origin } = new URL(preview.url());
    const place = `${scene.stack.url}/s/${scene.session.id}/preview/${/p(\d+)-/.exec(origin)![1]!}`;
    const listener = `http://127.0.0.1:${new URL(origin).port}/`;
    expect((await fetch(listener)).status).toBe(403);
    const anonymous = await fetch(place, { redirect: 'manual' });
    expect(anonymous.headers.get('location')).toContain('/signin');
  });
});
