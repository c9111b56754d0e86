import { describe, expect, test } from 'vitest';
import type { SessionEvent } from '@/domain/events/session-event';
import { PartId, TurnId } from '@/domain/ids';
import { EmptySteps } from './empty-steps';
import type { Output } from './turn-state';

const turnId = TurnId.parse('00000000-0000-4000-8000-000000000001');
const tokens = { input: 0, output: 0, reasoning: 0, cacheRead: 0, cacheWrite: 0 };
const told = (event: SessionEvent): Output => ({ type: 'event', event, overflow: null });
const started = told({ kind: 'turn.step_started', turnId, step: 1 });
const finished = told({ kind: 'turn.step_finished', turnId, step: 1, tokens, costUsd: 0, finish: 'unknown' });
const text: Output = { type: 'append', partId: PartId.parse('prt_1'), text: 'hi' };

describe('steps without anything in them', () => {
  test('are too many from the fifth in a row on', () => {
    const steps = new EmptySteps();
    const counts = Array.from({ length: 6 }, () => steps.isTooMany([started, finished]));
    expect(counts).toEqual([false, false, false, false, true, true]);
  });

  test('are counted anew after one with text', () => {
    const steps = new EmptySteps();
    for (let step = 0; step < 4; step += 1) steps.isTooMany([started, finished]);
    expect(steps.isTooMany([started, text, finished])).toBe(false);
    expect(steps.isTooMany([started, finished])).toBe(false);
  });
});
