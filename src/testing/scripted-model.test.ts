import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { startScriptedModel, type ScriptedModel } from '@/testing/scripted-model';
import {
  call,
  createTicks,
  faults,
  reply,
  replyWith,
  say,
  think,
  waitFor,
  type Reply,
} from '@/testing/scripted-reply';

const TOOLS = [{ type: 'function', function: { name: 'bash', parameters: { properties: { command: {} } } } }];

let model: ScriptedModel;

beforeEach(async () => {
  model = await startScriptedModel();
  return () => model.close();
});

const ask = (prompt: string, options: { tools?: unknown; signal?: AbortSignal } = {}) =>
  fetch(`${model.url}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({
      model: 'scripted',
      stream: true,
      messages: [{ role: 'user', content: prompt }],
      tools: 'tools' in options ? options.tools : TOOLS,
    }),
    ...(options.signal && { signal: options.signal }),
  });

const events = (stream: string): unknown[] =>
  stream
    .split('\n\n')
    .filter((event) => event.startsWith('data: {'))
    .map((event) => JSON.parse(event.slice('data: '.length)) as unknown);

/** Reads until the text so far fits. */
const readUntil = async (reader: ReadableStreamDefaultReader<Uint8Array>, part: string): Promise<string> => {
  const decoder = new TextDecoder();
  let text = '';
  while (!text.includes(part)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`The stream ended before ${part}: ${text}`);
    text += decoder.decode(value, { stream: true });
  }
  return text;
};

describe('a list of replies', () => {
  it('is answered one a request, with text, thoughts, tool calls and usage as written', async () => {
    model.script([
      replyWith(
        { usage: { promptTokens: 7, completionTokens: 3 } },
        think('hm'),
        say('A'),
        call('bash', { command: 'ls' }),
      ),
      reply(say('B and C', { chunkChars: 2 })),
    ]);
    const first = events(await (await ask('x')).text());
    expect(first).toMatchObject([
      { choices: [{ delta: { reasoning_content: 'hm' } }] },
      { choices: [{ delta: { content: 'A' } }] },
      { choices: [{ delta: { tool_calls: [{ index: 0, function: { name: 'bash' } }] } }] },
      { choices: [{ delta: { tool_calls: [{ index: 0, function: { arguments: '{"command":"ls"}' } }] } }] },
      { choices: [{ finish_reason: 'tool_calls' }] },
      { choices: [], usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 } },
    ]);
    const second = await (await ask('x')).text();
    expect(second.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(events(second)).toHaveLength(4 + 2);
    expect(model.requests.map((request) => request.prompt)).toEqual(['x', 'x']);
    expect(model.unexpected).toEqual([]);
  });

  it('that is used up is noticed', async () => {
    model.script([]);
    expect(await (await ask('x')).text()).toContain('no reply left');
    expect(model.unexpected).toHaveLength(1);
  });

  it('is not touched by requests for titles', async () => {
    model.script([reply(say('A'))]);
    await (await ask('x', { tools: undefined })).text();
    expect(await (await ask('x')).text()).toContain('"A"');
  });
});

it('answers sessions by the marker in their prompts, each from a script of its own', async () => {
  model.scriptFor('#one', [reply(say('1a')), reply(say('1b'))]);
  model.scriptFor('#two', ({ prompt }) => reply(say(prompt.toUpperCase())));
  const answers = [];
  for (const prompt of ['go #one', 'go #two', 'go #one']) answers.push(await (await ask(prompt)).text());
  expect(answers[0]).toContain('1a');
  expect(answers[1]).toContain('GO #TWO');
  expect(answers[2]).toContain('1b');
});

it('sends each tick when the test releases it', async () => {
  const ticks = createTicks();
  const tick = waitFor(() => ticks.next());
  model.script([reply(say('zero '), tick, say('one '), tick, say('two'))]);
  const reader = (await ask('x')).body!.getReader();
  expect(await readUntil(reader, 'zero')).not.toContain('one');
  ticks.release();
  expect(await readUntil(reader, 'one')).not.toContain('two');
  ticks.release();
  await readUntil(reader, '[DONE]');
});

it('lets a test wait for a request and for the end of its answer', async () => {
  model.script([faults.stallAfter('begun')]);
  const controller = new AbortController();
  const waiting = model.untilRequest((request) => request.prompt === 'x');
  const answer = await ask('x', { signal: controller.signal });
  const request = await waiting;
  await readUntil(answer.body!.getReader(), 'begun');
  controller.abort();
  await model.untilEnded(request);
  expect(await model.untilRequest(() => true)).toBe(request);
});

describe('a fault', () => {
  it.each<{ name: string; fault: Reply; status: number; words: string }>([
    { name: '401', fault: faults.unauthorized(), status: 401, words: 'invalid_api_key' },
    { name: '429', fault: faults.rateLimited(9), status: 429, words: 'rate_limit_exceeded' },
    { name: '500', fault: faults.serverError(), status: 500, words: 'server had an error' },
    {
      name: 'overflow',
      fault: faults.contextLengthExceeded(),
      status: 400,
      words: 'context_length_exceeded',
    },
  ])('$name is refused in the words of OpenAI', async ({ fault, status, words }) => {
    model.script([fault]);
    const answer = await ask('x');
    expect(answer.status).toBe(status);
    expect(answer.headers.get('retry-after')).toBe(status === 429 ? '9' : null);
    expect(await answer.text()).toContain(words);
  });

  it('of an empty stream ends well and holds nothing', async () => {
    model.script([faults.empty()]);
    const answer = await ask('x');
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });

  it.each([
    ['dropped in mid-stream', faults.dropAfter('half')],
    ['garbage', faults.garbage()],
  ])('%s cuts the connection after what was sent', async (_, fault) => {
    model.script([fault]);
    const answer = await ask('x');
    const reader = answer.body!.getReader();
    await expect(readUntil(reader, '[DONE]')).rejects.toThrow(/terminated|aborted|other side closed/);
  });

  it('of a hang sends no headers, and the server still closes', async () => {
    model.script([faults.hang()]);
    const { port } = new URL(model.url);
    const socket = connect(Number(port), '127.0.0.1');
    const body = JSON.stringify({ model: 'm', messages: [], tools: TOOLS, stream: true });
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: ${String(body.length)}\r\n\r\n${body}`,
    );
    let received = '';
    socket.on('data', (bytes: Buffer) => (received += bytes.toString()));
    await model.untilRequest(() => true);
    await Promise.all([once(socket, 'close'), model.close()]);
    expect(received).toBe('');
    model = await startScriptedModel();
  });
});

describe('a request that is no chat', () => {
  it.each([
    ['{', 400],
    ['{"model": 1}', 400],
  ])('%s is refused', async (body, status) => {
    const answer = await fetch(`${model.url}/chat/completions`, { method: 'POST', body });
    expect(answer.status).toBe(status);
  });

  it('for the models is answered with the one there is', async () => {
    const answer = await fetch(`${model.url}/models`);
    expect(await answer.json()).toMatchObject({ data: [{ id: 'scripted' }] });
  });
});

afterEach(() => {
  expect(model.requests.every((request, index) => request.index === index)).toBe(true);
});
