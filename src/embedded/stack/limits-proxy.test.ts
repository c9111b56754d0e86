import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { listen, stopListening } from '../loopback';
import { MAX_BODY_BYTES, startLimitsProxy } from './limits-proxy';

let app: Server;
let proxy: Awaited<ReturnType<typeof startLimitsProxy>>;
let receivedBytes = 0;

beforeAll(async () => {
  app = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => (receivedBytes += chunk.length));
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.write('first ');
      setTimeout(() => response.end(`${request.method ?? ''} ${request.url ?? ''}`), 50);
    });
  });
  const url = await listen(app, 0);
  proxy = await startLimitsProxy({ port: 0, appPort: Number(new URL(url).port) });
});
beforeEach(() => (receivedBytes = 0));
afterAll(async () => {
  await proxy.close();
  if (app.listening) await stopListening(app);
});

test('a request within the limits passes, and its answer streams', async () => {
  const response = await fetch(`${proxy.url}/a?b=c`, { method: 'POST', body: 'x'.repeat(1_000_000) });
  const reader = response.body?.getReader();
  const first = await reader?.read();
  expect(new TextDecoder().decode(first?.value)).toBe('first ');
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('POST /a?b=c');
  expect(receivedBytes).toBe(1_000_000);
});

test('a body over 4.5 MB is refused as on the platform, with a length or without one', async () => {
  const body = 'x'.repeat(MAX_BODY_BYTES + 1);
  const declared = await fetch(proxy.url, { method: 'POST', body });
  expect(declared.status).toBe(413);
  expect(await declared.json()).toMatchObject({ error: { code: 'FUNCTION_PAYLOAD_TOO_LARGE' } });
  const chunked = await fetch(proxy.url, {
    method: 'POST',
    body: new Blob([body]).stream(),
    duplex: 'half',
  } as RequestInit).then(
    ({ status }) => status,
    // The connection may be cut while the rest is still being sent: refused as well.
    () => 413,
  );
  expect(chunked).toBe(413);
});

test('while the app is away the answer is 503 with a time to try again', async () => {
  await stopListening(app);
  const response = await fetch(proxy.url);
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('1');
});
