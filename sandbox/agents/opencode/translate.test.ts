import { describe, expect, test } from 'vitest';
import type { SessionEvent } from '@/domain/events/session-event';
import { Fold, loadRecording, recordings, stored, words } from '@/testing/recorded-turn';
import type { ParsedEvent } from './events';
import { translateStored } from './translate';
import { closeOpenParts } from './translate-part';
import { turnVerdict } from './turn-verdict';

/** The same whatever order parts ended in. */
const finishedParts = (events: readonly SessionEvent[]): string[] =>
  events.flatMap((event) => (event.kind === 'part.finished' ? [JSON.stringify(event)] : [])).sort();

/** Each part with what it is called below, from the outermost call on. */
const parents = (events: readonly SessionEvent[]): string[] => {
  const started = events.flatMap((event) => (event.kind === 'part.started' ? [event] : []));
  const path = (partId: string | null): string => {
    const at = started.find((event) => event.partId === partId);
    if (!at) return '';
    const name = at.part.type === 'tool' ? at.part.title : at.part.type;
    return `${path(at.parentPartId ?? null)}/${name}`;
  };
  return started.map(({ partId }) => path(partId));
};

describe('recordings', () => {
  test('there are fifteen, and every event in them is of a known kind', () => {
    expect(recordings).toHaveLength(15);
    for (const name of recordings) {
      for (const event of loadRecording(name).parsed)
        expect(event.is, JSON.stringify(event)).not.toBe('unknown');
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
        'start text <',
        'text: Hello there, this is the <',
        'completed task: <task id="ses_dfdeed1c2f',
        'step 1 tool-calls 15',
        'step 2',
        'start text',
        'text: Subagent came back.',
        'step 2 stop 3',
      ],
    ],
    [
      'steer.jsonl',
      'completed',
      [
        'step 1',
        'start text',
        'start bash',
        'text: one ',
        'steer.delivered',
        'steer.delivered',
        'completed bash: hi',
        'step 1 tool-calls 10',
        'steer.read',
        'steer.read',
        'step 2',
        'start text',
        'text: two',
        'step 2 stop 10',
      ],
    ],
    [
      'question.jsonl',
      'completed',
      [
        'step 1',
        'ask Which colour?',
        'start question',
        'ask.applied',
        'completed question: User has answered your q',
        'step 1 tool-calls 13',
        'step 2',
        'start text',
        'text: Thanks for the answer.',
        'step 2 stop 4',
      ],
    ],
    [
      'perm-reject.jsonl',
      'completed',
      [
        'step 1',
        'start text',
        'ask ls -la /',
        'start bash',
        'text: Running.',
        'ask.applied',
        'error bash: The user rejected permis',
        'step 1 tool-calls 5',
        'step 2',
        'start text',
        'text: Command finished.',
        'step 2 stop 2',
      ],
    ],
    [
      'task-ask.jsonl',
      'completed',
      [
        'step 1',
        'start text',
        'start task',
        'text: I delegate ',
        'start text <',
        'ask git push',
        'start bash <',
        'text: child looks  <',
        'ask.applied',
        'error bash: The user rejected permis <',
        'start text <',
        'text: child done <',
        'completed task: <task id="ses_dfc425f62f',
        'step 1 tool-calls 30',
        'step 2',
        'start text',
        'text: parent done',
        'step 2 stop 10',
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
    const recording = loadRecording(name);
    const fold = new Fold(recording.begin()).all(recording.parsed);
    expect(fold.events.map(words)).toEqual(expected);
    expect(turnVerdict(fold.state, false)?.outcome).toBe(outcome);
    expect(turnVerdict(fold.state, true)?.outcome).toBe(outcome === 'completed' ? 'completed' : 'stopped');
  });

  test.each(recordings)('%s: what starts also ends, once, and the deltas make up the text', (name) => {
    const recording = loadRecording(name);
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

  test.each(recordings)('%s: events that come twice change nothing', (name) => {
    const recording = loadRecording(name);
    const once = new Fold(recording.begin()).all(recording.parsed);
    const isDelta = (event: ParsedEvent): boolean =>
      event.is === 'event' && event.event.type === 'message.part.delta';
    const twice = recording.parsed.flatMap((event) => (isDelta(event) ? [event] : [event, event]));
    expect(new Fold(recording.begin()).all(twice).events).toEqual(once.events);
  });

  test.each(recordings)('%s: the stored messages add nothing to a turn that was heard', (name) => {
    const recording = loadRecording(name);
    const fold = new Fold(recording.begin()).all(recording.parsed);
    const messages = stored(recording.raw);
    expect(translateStored(fold.state, messages).outputs).toEqual([]);
  });

  test.each(recordings)(
    '%s: a turn that was not heard at all is read whole from the stored messages',
    (name) => {
      const recording = loadRecording(name);
      const heard = new Fold(recording.begin()).all(recording.parsed);
      const messages = stored(recording.raw);
      const read = new Fold(recording.begin()).add(translateStored(recording.begin(), messages));
      expect(finishedParts(read.events)).toEqual(finishedParts(heard.events));
      expect(turnVerdict(read.state, false)).toEqual(turnVerdict(heard.state, false));
    },
  );

  test.each(recordings)('%s: a bridge that restarts anywhere tells the rest and nothing twice', (name) => {
    const recording = loadRecording(name);
    const whole = new Fold(recording.begin()).all(recording.parsed);
    for (let cut = 0; cut <= recording.parsed.length; cut += 1) {
      const before = new Fold(recording.begin()).all(recording.parsed.slice(0, cut));
      const after = new Fold(recording.begin(before.events));
      after.add(translateStored(after.state, stored(recording.raw.slice(0, cut))));
      after.all(recording.parsed.slice(cut));
      after.add(translateStored(after.state, stored(recording.raw)));
      const told = [...before.events, ...after.events].map((event) => JSON.stringify(event));
      expect(told.sort(), `cut at ${cut}`).toEqual(whole.events.map((event) => JSON.stringify(event)).sort());
    }
  });

  test.each(recordings)('%s: an interruption anywhere leaves no part open', (name) => {
    const recording = loadRecording(name);
    for (let cut = 0; cut <= recording.parsed.length; cut += 1) {
      const fold = new Fold(recording.begin()).all(recording.parsed.slice(0, cut));
      fold.add(closeOpenParts(fold.state, { nowMs: Date.now(), why: '(interrupted)', knownText: () => '' }));
      const starts = fold.events.filter(({ kind }) => kind === 'part.started').length;
      const ends = fold.events.filter(({ kind }) => kind === 'part.finished').length;
      expect(ends, `cut at ${cut}`).toBe(starts);
    }
  });

  test('what a sub-agent does names the call that it belongs to, however deep and however often', () => {
    const told = (name: string): string[] => {
      const recording = loadRecording(name);
      return parents(new Fold(recording.begin()).all(recording.parsed).events);
    };
    expect(told('task-nested.jsonl')).toEqual([
      ...['/text', '/sub', '/sub/text', '/sub/deeper', '/sub/deeper/text', '/sub/deeper/d'],
      ...['/sub/deeper/text', '/sub/text', '/text'],
    ]);
    expect(told('task-twice.jsonl')).toEqual([
      ...['/first', '/first/text', '/second', '/second/text', '/text'],
    ]);
  });
});
