import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Fold, loadRecording, words } from '@/testing/recorded-turn';
import { parseOpenCodeEvent } from './events';
import { markGap } from './translate';

test('what answers the turn is told, though the clock went back meanwhile', () => {
  const recording = loadRecording('hello.jsonl');
  const Message = z.object({
    info: z.looseObject({ role: z.string(), time: z.looseObject({ created: z.number() }) }),
  });
  const earlier = recording.raw.map(({ type, properties }) => {
    if (type !== 'message.updated') return { type, properties };
    const { info } = Message.parse(properties);
    const created = info.role === 'user' ? info.time.created : info.time.created - 600_000;
    return { type, properties: { ...properties, info: { ...info, time: { ...info.time, created } } } };
  });
  const told = (events: readonly unknown[]): string[] =>
    new Fold(recording.begin()).all(events.map(parseOpenCodeEvent)).events.map(words);
  expect(told(earlier)).toEqual(told(recording.raw));
});

describe('what the recordings do not hold', () => {
  const recording = loadRecording('abort-stream.jsonl');
  const { sessionId } = recording.begin();
  const begun = recording.parsed.slice(
    0,
    recording.raw.findIndex(({ type }) => type === 'message.part.delta') + 3,
  );
  const message = recording.begin();

  test('after a gap in the stream the part’s deltas are left out until it ends', () => {
    const fold = new Fold(recording.begin()).all(begun);
    fold.state = markGap(fold.state);
    const before = fold.outputs.length;
    fold.all(recording.parsed.slice(begun.length));
    const after = fold.outputs.slice(before);
    expect(after.some(({ type }) => type === 'append')).toBe(false);
    expect(fold.events.map(words).at(-1)).toMatch(/^text: alpha beta gamma/);
  });

  test('a step that begins anew in the same message takes back the text of the cut one', () => {
    const fold = new Fold(recording.begin()).all(begun);
    const [messageID] = [...fold.state.open.values()].map((part) => part.messageId);
    const part = { id: 'prt_again', messageID, sessionID: sessionId, type: 'step-start' };
    fold.all([parseOpenCodeEvent({ type: 'message.part.updated', properties: { part } })]);
    expect(fold.events.map(words).slice(-2)).toEqual(['text: ', 'step 2']);
    expect(fold.state.open.size).toBe(0);
  });

  test('retries are told once each', () => {
    const status = (attempt: number) =>
      parseOpenCodeEvent({
        type: 'session.status',
        properties: {
          sessionID: sessionId,
          status: { type: 'retry', attempt, message: 'overloaded', next: 1_795_345_663_422 },
        },
      });
    const fold = new Fold(message).all([status(1), status(1), status(2)]);
    expect(fold.events).toMatchObject([
      { kind: 'turn.retrying', attempt: 1, message: 'overloaded', nextAt: '2026-11-22T11:07:43.422Z' },
      { kind: 'turn.retrying', attempt: 2 },
    ]);
  });

  test('an event of an unknown kind is told once if it is about this session, else not at all', () => {
    const unknown = (sessionID: string) =>
      parseOpenCodeEvent({ type: 'session.teleported', properties: { sessionID, to: 'mars' } });
    const fold = new Fold(message).all([unknown(sessionId), unknown(sessionId), unknown('ses_other')]);
    expect(fold.events).toMatchObject([{ kind: 'unknown', was: 'opencode event session.teleported' }]);
  });

  test('a part of an unknown kind is told once', () => {
    const fold = new Fold(recording.begin()).all(begun);
    const [messageID] = [...fold.state.open.values()].map((part) => part.messageId);
    const part = { id: 'prt_new', messageID, sessionID: sessionId, type: 'hologram', data: 1 };
    const event = parseOpenCodeEvent({ type: 'message.part.updated', properties: { part } });
    fold.all([event, event]);
    expect(fold.events.filter(({ kind }) => kind === 'unknown')).toHaveLength(1);
  });

  test('a running tool’s output replaces what was shown, and a long one keeps both ends', () => {
    const fold = new Fold(recording.begin()).all(begun);
    const [messageID] = [...fold.state.open.values()].map((part) => part.messageId);
    const tool = (state: unknown) =>
      parseOpenCodeEvent({
        type: 'message.part.updated',
        properties: {
          part: {
            id: 'prt_tool',
            messageID,
            sessionID: sessionId,
            type: 'tool',
            tool: 'bash',
            callID: 'call_1',
            state,
          },
        },
      });
    const input = { command: 'make', description: 'build it' };
    const running = (output: string) =>
      tool({ status: 'running', input, metadata: { output }, time: { start: 1 } });
    const output = `first${'x'.repeat(40_000)}last`;
    fold.all([
      running('a'),
      running('a'),
      running('ab'),
      tool({ status: 'completed', input, output, title: 'build it', time: { start: 1, end: 5 } }),
    ]);
    const live = fold.outputs.flatMap((item) => (item.type === 'replace' ? [item.text] : []));
    expect(live).toEqual(['a', 'ab']);
    const last = fold.outputs.at(-1)!;
    expect(last).toMatchObject({ type: 'event', overflow: output });
    const { part } = z.object({ part: z.object({ output: z.string() }) }).parse(fold.events.at(-1));
    expect(part.output).toMatch(/^first[^]*characters left out[^]*last$/);
    expect(part.output.length).toBeLessThan(17_000);
  });

  test('a todo list that the agent writes is told before the call that wrote it', () => {
    const fold = new Fold(recording.begin()).all(begun);
    const [messageID] = [...fold.state.open.values()].map((part) => part.messageId);
    const state = {
      status: 'completed',
      input: { todos: [{ content: 'look', status: 'completed', priority: 'high' }] },
      output: '[]',
      title: '1 todo',
      time: { start: 1, end: 2 },
    };
    const part = {
      id: 'prt_t',
      messageID,
      sessionID: sessionId,
      type: 'tool',
      tool: 'todowrite',
      callID: 'call_1',
      state,
    };
    fold.all([parseOpenCodeEvent({ type: 'message.part.updated', properties: { part } })]);
    expect(fold.events.map(({ kind }) => kind).slice(-3)).toEqual([
      'part.started',
      'todo.updated',
      'part.finished',
    ]);
  });
});
