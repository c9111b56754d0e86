import { describe, expect, test } from 'vitest';
import { Fold, loadRecording, words } from '@/testing/recorded-turn';
import { parseOpenCodeEvent } from './events';
import { closeOpenParts } from './translate-part';
import { isSilent } from './translate-step';

const recording = loadRecording('hello.jsonl');
const begun = recording.begin();

/** A step of the agent, with or without a word in it. */
function step(n: number, text = '') {
  const { sessionId } = begun;
  const messageID = `msg_step${n}`;
  const base = { messageID, sessionID: sessionId };
  const info = { id: messageID, sessionID: sessionId, role: 'assistant', time: { created: Date.now() } };
  const usage = { input: 1, output: 0, reasoning: 0, cache: { read: 0, write: 0 } };
  const parts = [
    { ...base, id: `prt_${n}a`, type: 'step-start' },
    ...(text === '' ? [] : [{ ...base, id: `prt_${n}b`, type: 'text', text, time: { start: 1, end: 2 } }]),
    { ...base, id: `prt_${n}c`, type: 'step-finish', reason: 'unknown', cost: 0, tokens: usage },
  ];
  return [
    { type: 'message.updated', properties: { info } },
    ...parts.map((part) => ({ type: 'message.part.updated', properties: { part } })),
  ].map(parseOpenCodeEvent);
}

/** The turn with its prompt, and no answer yet. */
const asked = () => new Fold(begun).all(recording.parsed.slice(0, 4));
const steps = (count: number) => Array.from({ length: count }, (_, index) => step(index)).flat();

describe('steps without anything in them', () => {
  test('are too many from the fifth in a row on', () => {
    expect(isSilent(asked().all(steps(4)).state)).toBe(false);
    expect(isSilent(asked().all(steps(5)).state)).toBe(true);
  });

  test('are counted anew after one with text', () => {
    const fold = asked().all(steps(4)).all(step(5, 'Here.')).all(step(6));
    expect(isSilent(fold.state)).toBe(false);
  });

  test('count once, however often OpenCode repeats them', () => {
    expect(isSilent(asked().all(steps(4)).all(steps(4)).state)).toBe(false);
  });
});

describe('what sub-agents use', () => {
  const task = loadRecording('task-nested.jsonl');
  const sum = (fold: Fold): number =>
    fold.events.reduce(
      (all, event) => all + (event.kind === 'turn.step_finished' ? event.tokens.output : 0),
      0,
    );

  test('is part of the step that called them, so that a turn adds up', () => {
    const fold = new Fold(task.begin()).all(task.parsed);
    expect(fold.events.map(words).filter((word) => word.startsWith('step'))).toEqual([
      'step 1',
      'step 1 tool-calls 50',
      'step 2',
      'step 2 stop 10',
    ]);
    // Six calls of the model with ten tokens each.
    expect(sum(fold)).toBe(60);
  });

  test('is told with the turn’s end when the step that called them never ended', () => {
    const until = task.raw.findIndex(({ properties }) => JSON.stringify(properties).includes('child done'));
    const fold = new Fold(task.begin()).all(task.parsed.slice(0, until));
    expect(sum(fold)).toBe(0);
    fold.add(closeOpenParts(fold.state, { nowMs: 0, why: '(stopped)', knownText: () => '' }));
    expect(fold.events.map(words).at(-1)).toBe('step 1 (stopped) 30');
  });
});
