import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BlobKey } from '@/domain/ids';
import { createSignedFolderBlobs } from '@/integrations/local/blobs';
import { type Blobs } from '@/ports/blobs';
import { type BlobServer, startBlobServer } from './start-blob-server';

const run = promisify(execFile);
const secret = 'a secret that both know';
const origin = 'http://localhost:3000';
const key = BlobKey.parse('5c37d5b0/patch/turn-1.diff');

let folder: string;
let server: BlobServer;
let blobs: Blobs;
let now: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dispatch-blobs-'));
  now = Date.UTC(2030, 0, 1);
  server = await startBlobServer({ folder, secret, port: 0, allowedOrigins: [origin], now: () => now });
  blobs = createSignedFolderBlobs({ baseUrl: server.url, secret, now: () => now });
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

function put(content: string | Uint8Array<ArrayBuffer>, contentType = 'text/x-diff'): Promise<Response> {
  const sizeBytes = Buffer.byteLength(content);
  const { url, headers } = blobs.uploadUrl(key, { sizeBytes, contentType });
  return fetch(url, { method: 'PUT', body: content, headers });
}

async function refusal(response: Response): Promise<unknown> {
  return { status: response.status, ...((await response.json()) as object) };
}

const forbidden = { status: 403, error: { code: 'forbidden', message: expect.any(String) as string } };
const badInput = { status: 400, error: { code: 'bad_input', message: expect.any(String) as string } };

test('an object comes back as it was stored, and may be replaced', async () => {
  const bytes = crypto.getRandomValues(new Uint8Array(60_000));
  expect((await put('first')).status).toBe(200);
  expect((await put(bytes, 'image/png')).status).toBe(200);
  const read = await fetch(blobs.downloadUrl(key));
  expect([read.status, read.headers.get('content-type')]).toEqual([200, 'image/png']);
  expect(new Uint8Array(await read.arrayBuffer())).toEqual(bytes);
});

test("nothing that is stored can run in the reader's browser", async () => {
  await put('<script>alert(1)</script>', 'text/html');
  const { headers } = await fetch(blobs.downloadUrl(key));
  expect(headers.get('content-disposition')).toBe('attachment');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-security-policy')).toContain('sandbox');
});

test('an object that was never stored is not found', async () => {
  expect(await refusal(await fetch(blobs.downloadUrl(key)))).toMatchObject({
    status: 404,
    error: { code: 'not_found' },
  });
});

describe('an address is good for one thing', () => {
  test.each([
    ['another key', (url: URL) => (url.pathname = url.pathname.replace('turn-1', 'turn-2'))],
    ['another size', (url: URL) => url.searchParams.set('size', '6')],
    ['another type', (url: URL) => url.searchParams.set('type', 'text/html')],
    ['a later end', (url: URL) => url.searchParams.set('expires', '9999999999')],
    ['another signature', (url: URL) => url.searchParams.set('signature', 'A'.repeat(43))],
    ['no signature', (url: URL) => url.searchParams.delete('signature')],
  ])('an upload with %s is refused', async (_what, change) => {
    const { url, headers } = blobs.uploadUrl(key, { sizeBytes: 5, contentType: 'text/plain' });
    const changed = new URL(url);
    change(changed);
    expect(await refusal(await fetch(changed, { method: 'PUT', body: 'hello', headers }))).toEqual(forbidden);
    expect((await fetch(blobs.downloadUrl(key))).status).toBe(404);
  });

  test('an upload address does not read and a download address does not write', async () => {
    await put('hello');
    const { url } = blobs.uploadUrl(key, { sizeBytes: 5, contentType: 'text/plain' });
    expect(await refusal(await fetch(url))).toEqual(forbidden);
    expect(await refusal(await fetch(blobs.downloadUrl(key), { method: 'PUT', body: 'x' }))).toEqual(
      forbidden,
    );
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(405);
  });

  test('an address that was signed by somebody else is refused', async () => {
    const stranger = createSignedFolderBlobs({ baseUrl: server.url, secret: 'a guess', now: () => now });
    expect(await refusal(await fetch(stranger.downloadUrl(key)))).toEqual(forbidden);
  });

  test('an address ends after some minutes', async () => {
    await put('hello');
    const [read, write] = [
      blobs.downloadUrl(key),
      blobs.uploadUrl(key, { sizeBytes: 1, contentType: 'a/b' }),
    ];
    now += 9 * 60_000;
    expect((await fetch(read)).status).toBe(200);
    now += 7 * 60_000;
    expect(await refusal(await fetch(read))).toEqual(forbidden);
    expect(await refusal(await fetch(write.url, { ...write, method: 'PUT', body: 'x' }))).toEqual(forbidden);
  });
});

describe('an upload of another size is refused and nothing is kept', () => {
  const send = (body: BodyInit) => {
    const { url, headers } = blobs.uploadUrl(key, { sizeBytes: 100_000, contentType: 'text/plain' });
    return fetch(url, { method: 'PUT', body, headers, duplex: 'half' } as RequestInit);
  };

  test.each([
    ['fewer bytes', () => 'x'.repeat(99_999)],
    ['more bytes', () => 'x'.repeat(100_001)],
    ['fewer bytes of unannounced length', () => new Blob(['x'.repeat(99_999)]).stream()],
    ['far more bytes of unannounced length', () => new Blob(['x'.repeat(9_000_000)]).stream()],
  ])('%s', async (_what, body) => {
    expect(await refusal(await send(body()))).toEqual(badInput);
    expect((await fetch(blobs.downloadUrl(key))).status).toBe(404);
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
  });

  test('a connection that is cut in mid-upload', async () => {
    const { url } = blobs.uploadUrl(key, { sizeBytes: 100_000, contentType: 'text/plain' });
    const { pathname, search, port } = new URL(url);
    const socket = connect(Number(port), '127.0.0.1');
    const head = `PUT ${pathname}${search} HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\n`;
    socket.write(`${head}content-length: 100000\r\n\r\n${'x'.repeat(50_000)}`);
    await expect.poll(() => readdir(join(folder, 'incoming'))).toHaveLength(1);
    socket.destroy();
    await expect.poll(() => readdir(join(folder, 'incoming'))).toEqual([]);
    expect((await fetch(blobs.downloadUrl(key))).status).toBe(404);
  });
});

test.each(['/../../etc/passwd', '/a/../../b', '/a/%2e%2e/b', '/a//b', '/', '/a/b%00c'])(
  'the path %s names no object',
  async (path) => {
    // Over a bare socket, since clients tidy a path up before they send it.
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.end(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString('utf8')).toMatch(/^HTTP\/1.1 40[03] /);
  },
);

test('a key that climbs is no key', () => {
  expect(BlobKey.safeParse('a/../../etc/passwd').success).toBe(false);
  expect(BlobKey.safeParse('a/./b').success).toBe(false);
  expect(BlobKey.safeParse('a/..b/c.').success).toBe(true);
});

test('pages of the app may fetch, pages of others may not', async () => {
  await put('hello');
  const from = (other: string) => fetch(blobs.downloadUrl(key), { headers: { origin: other } });
  expect((await from(origin)).headers.get('access-control-allow-origin')).toBe(origin);
  expect((await from('http://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  const { url } = blobs.uploadUrl(key, { sizeBytes: 5, contentType: 'text/plain' });
  const preflight = await fetch(url, { method: 'OPTIONS', headers: { origin } });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-methods')).toContain('PUT');
});

test('objects outlive the server', async () => {
  await put('hello');
  await server.close();
  server = await startBlobServer({ folder, secret, port: 0, allowedOrigins: [], now: () => now });
  blobs = createSignedFolderBlobs({ baseUrl: server.url, secret, now: () => now });
  expect(await (await fetch(blobs.downloadUrl(key))).text()).toBe('hello');
});

async function whyNoMounts(): Promise<string | null> {
  const target = await mkdtemp(join(tmpdir(), 'dispatch-mount-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', target]);
    await run('umount', [target]);
    return null;
  } catch {
    return 'this user can not mount a small disk';
  } finally {
    await rm(target, { recursive: true, force: true });
  }
}

const noMounts = await whyNoMounts();
if (noMounts !== null) console.warn(`SKIPPED: uploads to a full disk: ${noMounts}`);

test.skipIf(noMounts !== null)(
  `an upload to a full disk says what to do, and works again once there is space${noMounts === null ? '' : ` (skipped: ${noMounts})`}`,
  async () => {
    const disk = join(folder, 'disk');
    await run('mkdir', [disk]);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
    const full = await startBlobServer({ folder: disk, secret, port: 0, allowedOrigins: [], now: () => now });
    try {
      blobs = createSignedFolderBlobs({ baseUrl: full.url, secret, now: () => now });
      expect(await refusal(await put('x'.repeat(2_000_000)))).toEqual({
        status: 507,
        error: { code: 'storage_unavailable', message: expect.stringContaining('free some space') as string },
      });
      expect((await put('x'.repeat(500_000))).status).toBe(200);
      expect((await (await fetch(blobs.downloadUrl(key))).text()).length).toBe(500_000);
    } finally {
      await full.close();
      await run('umount', [disk]);
    }
  },
);
