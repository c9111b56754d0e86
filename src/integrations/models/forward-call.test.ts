import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ScriptedModel, startScriptedModel } from '@/testing/scripted-model';
import {
  createTicks,
  drop,
  faults,
  reply,
  replyWith,
  say,
  sendBytes,
  waitFor,
} from '@/testing/scripted-reply';
import { availableModels } from './available-models';
import { forwardCall } from './forward-call';

type Used = Parameters<Parameters<typeof forwardCall>[0]['onUsage']>[0];

let model: ScriptedModel;
let used: Used[];
const closers: (() => unknown)[] = [];
beforeEach(async () => {
  model = await startScriptedModel();
  used = [];
});
afterEach(async () => {
  await model.close();
  for (const close of closers.splice(0)) await close();
});

const BODY = JSON.stringify({
  model: 'scripted',
  stream: true,
  messages: [{ role: 'user', content: 'hello' }],
  tools: [{ type: 'function', function: { name: 'bash', parameters: {} } }],
});

interface Call {
  path?: string;
  method?: string;
  body?: BodyInit | null;
  headers?: Record<string, string>;
  baseUrl?: string;
  signal?: AbortSignal;
}

/** A call as an agent's loopback proxy makes it, with the sandbox's token as its key. */
async function forward({
  path = 'chat/completions',
  method = 'POST',
  baseUrl,
  ...rest
}: Call = {}): Promise<Response> {
  const { body = BODY, headers = {}, signal } = rest;
  const request = new Request(`http://app.test/api/sandbox/model/${path}`, {
    method,
    headers: {
      authorization: 'Bearer dsb_token',
      'x-api-key': 'dsb_token',
      'content-type': 'application/json',
      ...headers,
    },
    ...(method === 'GET' ? {} : { body }),
    ...(signal ? { signal } : {}),
  });
  return forwardCall({
    request,
    path,
    model: availableModels({
      MODEL_BASE_URL: baseUrl ?? model.url,
      MODEL_API_KEY: 'the-real-key',
      MODEL_NAME: 'scripted',
    })[0],
    onUsage: async (usage) => void used.push(usage),
  });
}

/** A server that answers each request as told. */
async function upstream(answer: {
  status?: number;
  headers?: Record<string, string>;
  body: string;
}): Promise<{ url: string; seen: IncomingHttpHeaders[]; bodies: string[] }> {
  const seen: IncomingHttpHeaders[] = [];
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers);
    void text(request).then((body) => bodies.push(body));
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  // A listening TCP server has an AddressInfo.
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, seen, bodies };
}

async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, part: string): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  while (!text.includes(part)) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`ended before ${part}: ${text}`);
    text += decoder.decode(value, { stream: true });
  }
}

describe('a streamed answer', () => {
  it('comes through as it is written, not when it is complete', async () => {
    const ticks = createTicks();
    model.script([
      reply(
        say('first'),
        waitFor(() => ticks.next()),
        say('second'),
      ),
    ]);
    const response = await forward();
    const reader = response.body!.getReader();
    await readUntil(reader, 'first');
    ticks.release();
    await readUntil(reader, '[DONE]');
    expect(response.headers.get('content-type')).toContain('text/event-stream');
  });

  it('is metered by what the provider says', async () => {
    model.script([replyWith({ usage: { promptTokens: 321, completionTokens: 45 } }, say('hello'))]);
    await (await forward()).text();
    expect(used).toEqual([
      { model: 'scripted', status: 200, inputTokens: 321, outputTokens: 45, isEstimated: false },
    ]);
  });

  it('that the provider cuts is estimated, marked so, and counted once', async () => {
    model.script([reply(say('x'.repeat(4_000)), drop)]);
    await expect((await forward()).text()).rejects.toThrow();
    expect(used).toMatchObject([{ isEstimated: true, inputTokens: Math.round(BODY.length / 4) }]);
    expect(used[0]!.outputTokens).toBeGreaterThan(1_000);
  });

  it('that the agent leaves is estimated, counted once, and ended at the provider', async () => {
    model.script([
      reply(
        say('some'),
        waitFor(() => new Promise(() => undefined)),
      ),
    ]);
    const reader = (await forward()).body!.getReader();
    await readUntil(reader, 'some');
    const request = await model.untilRequest(() => true);
    await reader.cancel();
    await model.untilEnded(request);
    expect(used).toMatchObject([{ isEstimated: true }]);
  });

  it('is left at the provider when the agent’s request is aborted before any answer', async () => {
    model.script([faults.hang()]);
    const abort = new AbortController();
    const waiting = forward({ signal: abort.signal });
    const request = await model.untilRequest(() => true);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'model_unavailable' });
    await model.untilEnded(request);
  });

  it('of garbage passes through as it is, estimated', async () => {
    model.script([reply(sendBytes('\u0000<html>{"usage": nonsense\n\n'))]);
    expect(await (await forward()).text()).toContain('<html>');
    expect(used).toMatchObject([{ status: 200 }]);
  });
});

describe('a whole answer', () => {
  it.each([
    ['chat completions', { usage: { prompt_tokens: 7, completion_tokens: 3 } }],
    ['messages', { usage: { input_tokens: 7, output_tokens: 3 } }],
    ['responses', { response: { usage: { input_tokens: 7, output_tokens: 3 } } }],
  ])('is metered in the words of %s', async (_name, body) => {
    const { url } = await upstream({ body: JSON.stringify(body) });
    expect(await (await forward({ baseUrl: url })).json()).toEqual(body);
    expect(used).toMatchObject([{ inputTokens: 7, outputTokens: 3, isEstimated: false }]);
  });

  it('that came compressed is passed on readable', async () => {
    const { url } = await upstream({ body: '{"ok":true}' });
    expect(
      await (
        await forward({ baseUrl: url, body: gzipSync(BODY), headers: { 'content-encoding': 'gzip' } })
      ).json(),
    ).toEqual({ ok: true });
  });

  it('without a body is over at once', async () => {
    const { url } = await upstream({ status: 204, body: '' });
    expect((await forward({ baseUrl: url })).status).toBe(204);
    expect(used).toHaveLength(1);
  });
});

describe('what the provider sees', () => {
  it('is the real key, never the sandbox’s token, and no cookie', async () => {
    const { url, seen } = await upstream({ body: '{}' });
    await forward({
      baseUrl: url,
      headers: { cookie: 'a=b', 'anthropic-beta': 'x', 'x-forwarded-for': '10.0.0.1' },
    });
    expect(seen[0]).toMatchObject({ authorization: 'Bearer the-real-key', 'anthropic-beta': 'x' });
    expect(JSON.stringify(seen)).not.toContain('dsb_token');
    expect(seen[0]).not.toHaveProperty('cookie');
    expect(seen[0]).not.toHaveProperty('x-forwarded-for');
  });

  it('is not shown back: only harmless headers return', async () => {
    const { url } = await upstream({
      body: '{}',
      headers: { 'set-cookie': 'a=b', 'openai-organization': 'acme', 'x-request-id': 'r1' },
    });
    const { headers } = await forward({ baseUrl: url });
    expect(headers.get('x-request-id')).toBe('r1');
    expect([headers.get('set-cookie'), headers.get('openai-organization')]).toEqual([null, null]);
  });

  it('is a body that the agent had compressed, unpacked', async () => {
    model.script([reply(say('hi'))]);
    await (await forward({ body: gzipSync(BODY), headers: { 'content-encoding': 'gzip' } })).text();
    expect(model.requests[0]?.prompt).toBe('hello');
  });
});

describe('a provider that refuses', () => {
  it.each([
    ['401', faults.unauthorized(), 401, 'invalid_api_key'],
    ['429', faults.rateLimited(7), 429, 'rate_limit_exceeded'],
    ['500', faults.serverError(), 500, 'had an error'],
    ['400', faults.contextLengthExceeded(), 400, 'context_length_exceeded'],
  ])('with %s is passed on as it is, and costs nothing', async (...[, fault, status, text]) => {
    model.script([fault]);
    const response = await forward();
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(text);
    expect(response.headers.get('retry-after')).toBe(status === 429 ? '7' : null);
    expect(used).toEqual([
      { model: 'scripted', status, inputTokens: 0, outputTokens: 0, isEstimated: false },
    ]);
  });

  it('by not being there is model_unavailable, without the key in the message', async () => {
    const gone = forward({ baseUrl: 'http://127.0.0.1:1/v1' });
    await expect(gone).rejects.toMatchObject({ code: 'model_unavailable' });
    await expect(gone).rejects.not.toThrow(/real-key/);
    expect(used).toEqual([]);
  });

  it('by sending elsewhere is not followed, since the key would go along', async () => {
    const { url, seen } = await upstream({ body: '{}' });
    const { url: redirecting } = await upstream({
      status: 307,
      headers: { location: `${url}/chat/completions` },
      body: '',
    });
    await expect(forward({ baseUrl: redirecting })).rejects.toMatchObject({ code: 'model_unavailable' });
    expect(seen).toEqual([]);
  });
});

describe('a call that an agent has no business with', () => {
  it.each(['files', '../admin', 'chat/completions/../../keys', 'fine_tuning/jobs', ''])(
    '%j is refused',
    async (path) => {
      await expect(forward({ path })).rejects.toMatchObject({ code: 'bad_input' });
    },
  );

  it('is one whose body is not what it says', async () => {
    await expect(forward({ headers: { 'content-encoding': 'gzip' } })).rejects.toMatchObject({
      code: 'bad_input',
    });
  });

  it('is not asking for the models, which costs nothing', async () => {
    const { url } = await upstream({ body: '{"data":[]}' });
    await (await forward({ baseUrl: url, path: 'models', method: 'GET' })).text();
    expect(used).toMatchObject([{ inputTokens: 0, outputTokens: 0, isEstimated: false }]);
  });
});

describe('a call of another model than the session’s', () => {
  const naming = (models: string) => `{${models},"messages":[],"stream":true}`;

  it.each([
    ['another', naming('"model":"the-expensive-one"'), 'forbidden'],
    ['the other one of two', naming('"model":"scripted","model":"the-expensive-one"'), 'forbidden'],
    ['none', naming('"models":["scripted"]'), 'bad_input'],
    ['no text', naming('"model":["scripted"]'), 'bad_input'],
    ['something that is no JSON', 'model=scripted', 'bad_input'],
  ])('is refused before it costs anything: %s', async (_, body, code) => {
    const { url, seen } = await upstream({ body: '{}' });
    await expect(forward({ baseUrl: url, body })).rejects.toMatchObject({ code });
    expect(seen).toEqual([]);
  });

  it('can’t be hidden behind the session’s own: the provider gets what was understood here', async () => {
    const { url, bodies } = await upstream({ body: '{}' });
    const body = naming('"model":"the-expensive-one","model":"scripted"');
    await (await forward({ baseUrl: url, body })).text();
    await expect.poll(() => bodies).toEqual(['{"model":"scripted","messages":[],"stream":true}']);
  });
});
