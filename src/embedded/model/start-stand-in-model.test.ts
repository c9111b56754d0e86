import { expect, it } from 'vitest';

import { OPENCODE_TOOLS } from '@/testing/in-memory-agent';

import type { ChatServer } from './chat-server';
import { nextMove, NOTICE } from './next-move';
import { STAND_IN_MODEL, startStandInModel, type StandInModelOptions } from './start-stand-in-model';

const withModel = async (options: StandInModelOptions, use: (model: ChatServer) => Promise<void>) => {
  const model = await startStandInModel({ delayMs: 0, ...options });
  try {
    await use(model);
  } finally {
    await model.close();
  }
};

const messages = [{ role: 'user' as const, content: 'rename a to b' }];

const ask = (model: ChatServer, body: Record<string, unknown>, headers: Record<string, string> = {}) =>
  fetch(`${model.url}/chat/completions`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ model: STAND_IN_MODEL, messages, tools: OPENCODE_TOOLS, ...body }),
  });

interface Chunk {
  choices: {
    delta: { content?: string; tool_calls?: { function: { arguments: string } }[] };
    finish_reason: string | null;
  }[];
  usage?: { total_tokens: number };
}

const chunksOf = (stream: string): Chunk[] =>
  stream
    .split('\n\n')
    .filter((event) => event.startsWith('data: {'))
    .map((event) => JSON.parse(event.slice('data: '.length)) as Chunk);

it('streams the move that was decided, in small chunks, with a finish and the usage asked for', async () => {
  await withModel({}, async (model) => {
    const answer = await ask(model, { stream: true, stream_options: { include_usage: true } });
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const stream = await answer.text();
    const chunks = chunksOf(stream);
    const choices = chunks.flatMap((chunk) => chunk.choices);
    const move = nextMove(messages, OPENCODE_TOOLS);
    const texts = choices.flatMap((choice) => choice.delta.content ?? []);
    expect(texts.join('')).toBe(move.text);
    expect(Math.max(...texts.map((text) => text.length))).toBeLessThanOrEqual(12);
    const values = choices
      .flatMap((choice) => choice.delta.tool_calls ?? [])
      .map((call) => call.function.arguments);
    expect(JSON.parse(values.join(''))).toEqual(move.toolCalls[0]?.arguments);
    expect(choices.at(-1)?.finish_reason).toBe('tool_calls');
    expect(chunks.at(-1)?.usage?.total_tokens).toBeGreaterThan(100);
    expect(stream.endsWith('data: [DONE]\n\n')).toBe(true);
  });
});

it('answers in one piece when no stream is asked for', async () => {
  await withModel({}, async (model) => {
    const answer = await ask(model, {});
    expect(await answer.json()).toMatchObject({
      choices: [
        {
          finish_reason: 'tool_calls',
          message: { role: 'assistant', tool_calls: [{ function: { name: 'read' } }] },
        },
      ],
    });
  });
});

it('lists itself, and refuses other paths, bodies that are no chat and a wrong token', async () => {
  await withModel({ token: 'secret' }, async (model) => {
    const headers = { authorization: 'Bearer secret' };
    const models = await fetch(`${model.url}/models`, { headers });
    expect(await models.json()).toMatchObject({ data: [{ id: STAND_IN_MODEL }] });
    expect((await fetch(`${model.url}/nothing`, { headers })).status).toBe(404);
    expect((await ask(model, { messages: 1 }, headers)).status).toBe(400);
    expect((await ask(model, {}, { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await ask(model, {}, headers)).status).toBe(200);
  });
});

it('reads a prompt of one megabyte to an answer', async () => {
  await withModel({}, async (model) => {
    const answer = await ask(model, {
      stream: true,
      messages: [{ role: 'user', content: 'word '.repeat(200_000) }],
    });
    expect(
      chunksOf(await answer.text())
        .flatMap((chunk) => chunk.choices.flatMap((choice) => choice.delta.content ?? []))
        .join(''),
    ).toContain(NOTICE);
  });
});

it('says that its port is taken instead of taking another', async () => {
  await withModel({}, async (model) => {
    await expect(startStandInModel({ port: Number(new URL(model.url).port) })).rejects.toThrow('EADDRINUSE');
  });
});

it('closes while an answer is still being streamed', async () => {
  const model = await startStandInModel({ delayMs: 20 });
  const answer = await ask(model, { stream: true });
  const reader = answer.body!.getReader();
  await reader.read();
  await model.close();
  await expect(
    (async () => {
      while (!(await reader.read()).done);
    })(),
  ).rejects.toThrow();
});
