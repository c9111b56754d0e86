import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { SessionEvent } from '@/domain/events/session-event';
import { TurnId } from '@/domain/ids';
import { type ParsedEvent, parseOpenCodeEvent, StoredMessage } from './events';
import { markGap, translate, translateStored } from './translate';
import { closeOpenParts } from './translate-part';
import { beginTurn, type Output, type Translated, type TurnState } from './turn-state';
import { turnVerdict } from './turn-verdict';

const FIXTURES = new URL('./fixtures/', import.meta.url);
const turnId = TurnId.parse('00000000-0000-4000-8000-00000000000a');
const names = readdirSync(FIXTURES).filter((name) => name.endsWith('.jsonl'));

const Raw = z.looseObject({ type: z.string(), properties: z.record(z.string(), z.unknown()) });
const Created = z.object({ info: z.object({ id: z.string(), parentID: z.string().optional() }) });
const Updated = z.object({
  info: z.looseObject({ id: z.string(), sessionID: z.string(), role: z.string() }),
});
const PartUpdated = z.object({
  part: z.looseObject({ id: z.string(), messageID: z.string(), type: z.string() }),
});

interface Recording {
  raw: z.infer<typeof Raw>[];
  parsed: ParsedEvent[];
  begin: (told?: readonly SessionEvent[]) => TurnState;
}

function load(name: string): Recording {
  const lines = readFileSync(new URL(name, FIXTURES), 'utf8').trim().split('\n');
  const raw = lines.map((line) => Raw.parse(JSON.parse(line)));
  const session = raw.flatMap(({ type, properties }) =>
    type === 'session.created' ? [Created.parse(properties).info] : [],
  )[0]!;
  const prompt = raw.flatMap(({ type, properties }) =>
    type === 'message.updated' ? [Updated.parse(properties).info] : [],
  )[0]!;
  return {
    raw,
    parsed: raw.map(parseOpenCodeEvent),
    begin: (told = []) => beginTurn({ turnId, sessionId: session.id, promptMessageId: prompt.id, told }),
  };
}

/** What OpenCode would have stored after these events: of an open text it stores nothing. */
function stored(raw: Recording['raw'], sessionId: string): StoredMessage[] {
  const messages = new Map<string, { info: unknown; parts: Map<string, unknown> }>();
  for (const { type, properties } of raw) {
    if (type === 'message.updated') {
      const { info } = Updated.parse(properties);
      if (info.sessionID !== sessionId) continue;
      messages.set(info.id, { info, parts: messages.get(info.id)?.parts ?? new Map() });
    }
    if (type === 'message.part.updated') {
      const { part } = PartUpdated.parse(properties);
      messages.get(part.messageID)?.parts.set(part.id, part);
    }
  }
  return [...messages.values()].map(({ info, parts }) =>
    StoredMessage.parse({ info, parts: [...parts.values()] }),
  );
}

/** Folds a turn and keeps what it put out. */
class Fold {
  state: TurnState;
  readonly outputs: Output[] = [];

  constructor(state: TurnState) {
    this.state = state;
  }

  add(translated: Translated): this {
    this.state = translated.state;
    this.outputs.push(...translated.outputs);
    return this;
  }

  all(events: readonly ParsedEvent[]): this {
    for (const event of events) this.add(translate(this.state, event));
    return this;
  }

  get events(): SessionEvent[] {
    return this.outputs.flatMap((output) => (output.type === 'event' ? [output.event] : []));
  }
}

/** Each event in a few words. */
function words(event: SessionEvent): string {
  switch (event.kind) {
    case 'part.started':
      return `start ${event.part.type === 'tool' ? event.part.tool : event.part.type}`;
    case 'part.finished': {
      const { part } = event;
      if (part.type === 'tool')
        return `${part.status} ${part.tool}: ${part.output.slice(0, 24).split('\n')[0] ?? ''}`;
      return part.type === 'file' ? 'file' : `${part.type}: ${part.text.slice(0, 24)}`;
    }
    case 'turn.step_started':
      return `step ${event.step}`;
    case 'turn.step_finished':
      return `step ${event.step} ${event.finish} ${event.tokens.output}`;
    default:
      return event.kind;
  }
}

/** The same whatever order parts ended in. */
const finishedParts = (events: readonly SessionEvent[]): string[] =>
  events.flatMap((event) => (event.kind === 'part.finished' ? [JSON.stringify(event)] : [])).sort();

describe('recordings', () => {
  test('there are eleven, and every event in them is of a known kind', () => {
    expect(names).toHaveLength(11);
    for (const name of names) {
      for (const event of load(name).parsed) expect(event.is, JSON.stringify(event)).not.toBe('unknown');
    }
  });

  test.each([
    [
      'hello.jsonl',
      'completed',
      [
        'step 1',
        'start hello',
        'completed hello: hello bob',
        'step 1 tool-calls 2',
        'step 2',
        'start text',
        'text: Tool returned.',
        'step 2 stop 2',
      ],
    ],
    [
      'task.jsonl',
      'completed',
      [
        'step 1',
        'start task',
        'completed task: <task id="ses_dfdeed1c2f',
        'step 1 tool-calls 8',
        'step 2',
        'start text',
        'text: Subagent came back.',
        'step 2 stop 3',
      ],
    ],
    [
      'compact.jsonl',
      'completed',
      [
        'step 1',
        'start text',
        'text: Nearly full.',
        'step 1 stop 10',
        'step 2',
        'step 2 stop 3',
        'turn.compacted',
        'step 3',
        'start text',
        'text: Hello there, this is the',
        'step 3 stop 7',
      ],
    ],
    [
      'abort-bash.jsonl',
      'interrupted',
      ['step 1', 'start text', 'start bash', 'text: Running.', 'completed bash: start'],
    ],
    ['err-http_401.jsonl', 'failed', []],
  ])('%s reads as it was', (name, outcome, expected) => {
    const recording = load(name);
    const fold = new Fold(recording.begin()).all(recording.parsed);
    expect(fold.events.map(words)).toEqual(expected);
    expect(turnVerdict(fold.state, false)?.outcome).toBe(outcome);
    expect(turnVerdict(fold.state, true)?.outcome).toBe(outcome === 'completed' ? 'completed' : 'stopped');
  });

  test.each(names)('%s: what starts also ends, once, and the deltas make up the text', (name) => {
    const recording = load(name);
    const { events, outputs } = new Fold(recording.begin()).all(recording.parsed);
    const starts = events.flatMap((event) => (event.kind === 'part.started' ? [event.partId] : []));
    const ends = events.flatMap((event) => (event.kind === 'part.finished' ? [event.partId] : []));
    expect(new Set(starts).size).toBe(starts.length);
    expect([...ends].sort()).toEqual([...starts].sort());
    for (const event of events) {
      if (event.kind !== 'part.finished' || event.part.type !== 'text') continue;
      const live = outputs.flatMap((output) =>
        output.type === 'append' && output.partId === event.partId ? [output.text] : [],
      );
      expect(live.join('')).toBe(event.part.text);
    }
  });

  test.each(names)('%s: events that come twice change nothing', (name) => {
    const recording = load(name);
    const once = new Fold(recording.begin()).all(recording.parsed);
    const isDelta = (event: ParsedEvent): boolean =>
      event.is === 'event' && event.event.type === 'message.part.delta';
    const twice = recording.parsed.flatMap((event) => (isDelta(event) ? [event] : [event, event]));
    expect(new Fold(recording.begin()).all(twice).events).toEqual(once.events);
  });

  test.each(names)('%s: the stored messages add nothing to a turn that was heard', (name) => {
    const recording = load(name);
    const fold = new Fold(recording.begin()).all(recording.parsed);
    const messages = stored(recording.raw, fold.state.sessionId);
    expect(translateStored(fold.state, messages).outputs).toEqual([]);
  });

  test.each(names)('%s: a turn that was not heard at all is read whole from the stored messages', (name) => {
    const recording = load(name);
    const heard = new Fold(recording.begin()).all(recording.parsed);
    const messages = stored(recording.raw, heard.state.sessionId);
    const read = new Fold(recording.begin()).add(translateStored(recording.begin(), messages));
    expect(finishedParts(read.events)).toEqual(finishedParts(heard.events));
    expect(turnVerdict(read.state, false)).toEqual(turnVerdict(heard.state, false));
  });

  test.each(names)('%s: a bridge that restarts anywhere tells the rest and nothing twice', (name) => {
    const recording = load(name);
    const whole = new Fold(recording.begin()).all(recording.parsed);
    for (let cut = 0; cut <= recording.parsed.length; cut += 1) {
      const before = new Fold(recording.begin()).all(recording.parsed.slice(0, cut));
      const after = new Fold(recording.begin(before.events));
      after.add(translateStored(after.state, stored(recording.raw.slice(0, cut), after.state.sessionId)));
      after.all(recording.parsed.slice(cut));
      after.add(translateStored(after.state, stored(recording.raw, after.state.sessionId)));
      const told = [...before.events, ...after.events].map((event) => JSON.stringify(event));
      expect(told.sort(), `cut at ${cut}`).toEqual(whole.events.map((event) => JSON.stringify(event)).sort());
    }
  });

  test.each(names)('%s: an interruption anywhere leaves no part open', (name) => {
    const recording = load(name);
    for (let cut = 0; cut <= recording.parsed.length; cut += 1) {
      const fold = new Fold(recording.begin()).all(recording.parsed.slice(0, cut));
      fold.add(closeOpenParts(fold.state, { nowMs: Date.now(), why: '(interrupted)', knownText: () => '' }));
      const starts = fold.events.filter(({ kind }) => kind === 'part.started').length;
      const ends = fold.events.filter(({ kind }) => kind === 'part.finished').length;
      expect(ends, `cut at ${cut}`).toBe(starts);
    }
  });

  test('a sub-agent’s messages stay out of the turn', () => {
    const recording = load('task.jsonl');
    const { state } = new Fold(recording.begin()).all(recording.parsed);
    expect(state.messages.size).toBe(3);
  });
});

describe('what the recordings do not hold', () => {
  const recording = load('abort-stream.jsonl');
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
          part: { id: 'prt_tool', messageID, sessionID: sessionId, type: 'tool', tool: 'bash', state },
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
    const part = { id: 'prt_t', messageID, sessionID: sessionId, type: 'tool', tool: 'todowrite', state };
    fold.all([parseOpenCodeEvent({ type: 'message.part.updated', properties: { part } })]);
    expect(fold.events.map(({ kind }) => kind).slice(-3)).toEqual([
      'part.started',
      'todo.updated',
      'part.finished',
    ]);
  });
});
