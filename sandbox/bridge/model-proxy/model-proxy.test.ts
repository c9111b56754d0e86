import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createModelProxy } from './model-proxy';

interface Seen {
  path: string;
  headers: http.IncomingHttpHeaders;
  body: string;
}

let gateway: http.Server;
let proxy: http.Server;
let seen: Seen[];
let answer: (response: http.ServerResponse) => void;

async function listen(server: http.Server, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  // A listening TCP server always has an address of this kind.
  return (server.address() as AddressInfo).port;
}

function makeGateway(): http.Server {
  return http.createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const bytes = Buffer.concat(chunks);
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
      seen.push({ path: request.url ?? '', headers: request.headers, body: body.toString() });
      answer(response);
    })();
  });
}

let url: string;
let gatewayPort: number;

beforeEach(async () => {
  seen = [];
  answer = (response) => void response.end('{}');
  gateway = makeGateway();
  gatewayPort = await listen(gateway);
  proxy = createModelProxy({
    serverUrl: `http://127.0.0.1:${gatewayPort}/`,
    token: 'sandbox',
    path: 'secret',
  });
  url = `http://127.0.0.1:${await listen(proxy)}`;
});
afterEach(() => {
  for (const server of [gateway, proxy]) {
    server.close();
    server.closeAllConnections();
  }
});

function ask(path: string, body: string): Promise<Response> {
  const headers = { authorization: 'Bearer agents-own', 'x-api-key': 'agents-own', 'x-session-id': 'ses_1' };
  return fetch(url + path, { method: 'POST', headers, body });
}

describe('the model proxy', () => {
  test('hands git a token that is fresh each time, and none when there is none', async () => {
    let n = 0;
    answer = (response) => {
      n += 1;
      const expiresAt = new Date(0).toISOString();
      response.end(JSON.stringify({ username: 'x-access-token', password: `ghs_${n}`, expiresAt }));
    };
    expect(await (await fetch(`${url}/secret/git-credentials`)).text()).toBe(
      'username=x-access-token\npassword=ghs_1\n',
    );
    expect(await (await fetch(`${url}/secret/git-credentials`)).text()).toContain('ghs_2');
    expect(seen[0]).toMatchObject({
      path: '/api/sandbox/credentials',
      headers: { authorization: 'Bearer sandbox' },
    });
    expect((await fetch(`${url}/other/git-credentials`)).status).toBe(404);
    answer = (response) => void response.writeHead(422).end('{}');
    expect((await fetch(`${url}/secret/git-credentials`)).status).toBe(502);
  });

  test('puts the sandbox’s token in place of every key and keeps the rest', async () => {
    await ask('/secret/chat/completions', '{"a":1}');
    expect(seen).toMatchObject([
      { path: '/api/sandbox/model/chat/completions', body: '{"a":1}', headers: { 'x-session-id': 'ses_1' } },
    ]);
    expect(seen[0]!.headers.authorization).toBe('Bearer sandbox');
    expect(JSON.stringify(seen)).not.toContain('agents-own');
  });

  test('a path without the secret goes nowhere', async () => {
    expect((await ask('/chat/completions', '{}')).status).toBe(404);
    expect((await ask('/other/chat/completions', '{}')).status).toBe(404);
    expect(seen).toEqual([]);
  });

  test('a long body goes compressed and arrives as it was', async () => {
    const body = JSON.stringify({ text: 'long '.repeat(500_000) });
    expect((await ask('/secret/messages', body)).status).toBe(200);
    expect(Number(seen[0]!.headers['content-length'])).toBeLessThan(100_000);
    expect(seen[0]!.body).toBe(body);
  });

  test.each([
    ['/secret/chat/completions', 'context_length_exceeded'],
    ['/secret/responses', 'context_length_exceeded'],
    ['/secret/messages', 'prompt is too long'],
  ])('%s over 4 MB after compression is answered as an overflowing context', async (path, expected) => {
    const response = await ask(path, randomBytes(3_500_000).toString('hex'));
    expect(response.status).toBe(200);
    const larger = await ask(path, randomBytes(4_500_000).toString('hex'));
    expect(larger.status).toBe(400);
    expect(await larger.text()).toContain(expected);
    expect(seen).toHaveLength(1);
  });

  test('an answer is streamed on as it comes', async () => {
    let finish = (): void => undefined;
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: one\n\n');
      finish = () => void response.end('data: two\n\n');
    };
    const response = await ask('/secret/messages', '{}');
    const reader = response.body!.getReader();
    const first = await reader.read();
    expect(Buffer.from(first.value!).toString()).toBe('data: one\n\n');
    finish();
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('data: two\n\n');
  });

  test('a stream that is cut there is cut here, and one cut here is cut there', async () => {
    answer = (response) => {
      response.write('half');
      setTimeout(() => response.destroy(), 20);
    };
    await expect(ask('/secret/messages', '{}').then((response) => response.text())).rejects.toThrow();

    const closed = new Promise<void>((resolve) => {
      answer = (response) => {
        response.on('close', resolve);
        response.write('half');
      };
    });
    const abort = new AbortController();
    const response = await fetch(`${url}/secret/messages`, {
      method: 'POST',
      body: '{}',
      signal: abort.signal,
    });
    expect(response.status).toBe(200);
    abort.abort();
    await closed;
  });

  test('a server that restarts is waited for', async () => {
    gateway.close();
    gateway.closeAllConnections();
    const asked = ask('/secret/messages', '{}');
    await new Promise((resolve) => setTimeout(resolve, 300));
    gateway = makeGateway();
    await listen(gateway, gatewayPort);
    expect((await asked).status).toBe(200);
  });

  test('a refusal of the gateway is passed on with its headers', async () => {
    answer = (response) => void response.writeHead(429, { 'retry-after': '7' }).end('{"error":{}}');
    const response = await ask('/secret/messages', '{}');
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7']);
  });
});
