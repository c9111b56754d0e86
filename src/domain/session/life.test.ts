import { describe, expect, test } from 'vitest';
import { PromptId, TurnId, UserId } from '../ids';
import { type LifeFacts, type LifeStep, lifeStep } from './life';
import { INITIAL_STATE, type SessionState } from './state';

const RULES = { sleepAfter: 600 };
const PROMPT = PromptId.parse('018f0000-0000-7000-8000-000000000001');
const TURN = TurnId.parse('018f0000-0000-7000-8000-000000000002');
const AUTHOR = UserId.parse('ada');

const CALM: LifeFacts = {
  provider: 'running',
  silent: 5,
  wasHeard: true,
  inPhase: 30,
  idle: 30,
  left: null,
  turn: null,
  ask: null,
};

type Phase = SessionState['sandbox']['phase'];

function at(phase: Phase, more: Partial<SessionState> = {}): SessionState {
  return { ...INITIAL_STATE, ...more, sandbox: { phase, epoch: 1, failures: 0, limitsHit: [] } };
}

const waiting = { queue: [{ promptId: PROMPT, authorId: AUTHOR, attempts: 0 }] };
const running = {
  running: {
    ...{ turnId: TURN, promptId: PROMPT, authorId: AUTHOR, attempt: 1 },
    ...{ isDelivered: true, isStopRequested: false },
  },
};

/** Phase, what is seen beside a calm sandbox, what is due; and what the state holds beside its phase. */
type Row = [Phase, Partial<LifeFacts>, LifeStep, Partial<SessionState>?];

const NOT_THERE: Row[] = (['none', 'asleep', 'lost', 'failed', 'ended'] as const).flatMap((phase): Row[] => [
  [phase, {}, 'end'],
  [phase, { provider: 'unasked' }, 'end'],
  [phase, { provider: 'none', idle: 9_999 }, 'end'],
]);

const STARTING: Row[] = (['requested', 'booting', 'waking'] as const).flatMap((phase): Row[] => [
  [phase, { provider: 'none' }, 'start'],
  [phase, {}, 'rest'],
  [phase, { idle: 9_999, left: 10 }, 'rest'],
  [phase, { provider: 'unasked', silent: 9_999 }, 'rest'],
  [phase, { provider: 'exited' }, 'declare_lost'],
  [phase, { provider: 'unknown' }, 'declare_lost'],
  [phase, { wasHeard: false, silent: 299 }, 'rest'],
  [phase, { wasHeard: false, silent: 301 }, 'declare_lost'],
  [phase, { wasHeard: true, silent: 91 }, 'declare_lost'],
]);

const BOOTING: Row[] = (['cloning', 'setup', 'agent_starting'] as const).flatMap((phase): Row[] => [
  [phase, {}, 'rest'],
  [phase, { provider: 'none' }, 'declare_lost'],
  [phase, { provider: 'exited' }, 'declare_lost'],
  [phase, { silent: 91 }, 'declare_lost'],
  [phase, { idle: 9_999, left: 10, turn: 9_999 }, 'rest', running],
]);

const THERE: Row[] = (['ready', 'agent_restarted'] as const).flatMap((phase): Row[] => [
  [phase, {}, 'rest'],
  [phase, { idle: 599 }, 'rest'],
  [phase, { idle: 600 }, 'sleep'],
  [phase, { idle: 600 }, 'rest', running],
  [phase, { idle: 600 }, 'rest', waiting],
  [phase, { left: 901 }, 'rest'],
  [phase, { left: 900 }, 'roll'],
  [phase, { left: 900 }, 'rest', running],
  [phase, { left: 300 }, 'roll_urgently', running],
  [phase, { left: -5 }, 'roll_urgently'],
  [phase, { left: 900, idle: 600 }, 'roll'],
  [phase, { turn: 3_599 }, 'rest', running],
  [phase, { turn: 3_600 }, 'end_turn', running],
  [phase, { ask: 1_799 }, 'rest', running],
  [phase, { ask: 1_800, turn: 9_999 }, 'expire_ask', running],
  [phase, { provider: 'exited', idle: 600, turn: 9_999 }, 'declare_lost', running],
  [phase, { provider: 'none' }, 'declare_lost'],
  [phase, { provider: 'unknown' }, 'declare_lost'],
  [phase, { silent: 90 }, 'rest'],
  [phase, { silent: 91 }, 'declare_lost'],
  [phase, { provider: 'unasked', silent: 9_999 }, 'rest', running],
]);

const LEAVING: Row[] = (['quiescing', 'rolling'] as const).flatMap((phase): Row[] => [
  [phase, {}, 'rest'],
  [phase, { silent: 9_999 }, 'rest'],
  [phase, { inPhase: 61 }, 'force_quiesce'],
  [phase, { provider: 'unasked', inPhase: 61 }, 'force_quiesce'],
  [phase, { provider: 'exited' }, 'force_quiesce'],
  [phase, { provider: 'none' }, 'force_quiesce'],
  [phase, { provider: 'unknown' }, 'force_quiesce'],
  [phase, { provider: 'unasked' }, 'rest'],
  [phase, {}, 'rest', waiting],
]);

const KEEPING: Row[] = [
  ['snapshotting', {}, 'keep'],
  ['snapshotting', { inPhase: 900 }, 'keep'],
  ['snapshotting', { inPhase: 901 }, 'give_up_disk'],
  ['snapshotting', { inPhase: 60 }, 'keep', waiting],
  ['snapshotting', { inPhase: 61 }, 'give_up_disk', waiting],
  ['snapshotting', { inPhase: 61 }, 'give_up_disk', running],
  ['snapshotting', { provider: 'exited' }, 'keep'],
];

const ROWS = [...NOT_THERE, ...STARTING, ...BOOTING, ...THERE, ...LEAVING, ...KEEPING];

describe('what is due in the life of a sandbox', () => {
  test.each(ROWS)('%s, seen as %j: %s', (...[phase, facts, step, more = {}]) => {
    expect(lifeStep(at(phase, more), { ...CALM, ...facts }, RULES)).toBe(step);
  });

  test('an open ask stops the clock of its turn', () => {
    const ask = { askId: 'a', turnId: TURN, type: 'permission', questions: 0, title: 'x', status: 'open' };
    const state = at('ready', { ...running, asks: [ask as SessionState['asks'][number]] });
    expect(lifeStep(state, { ...CALM, turn: 9_999, ask: 60 }, RULES)).toBe('rest');
  });

  test('the table knows every phase', () => {
    const known = new Set(ROWS.map(([phase]) => phase));
    const all: Record<Phase, true> = {
      ...{ none: true, requested: true, booting: true, waking: true, cloning: true, setup: true },
      ...{ agent_starting: true, ready: true, agent_restarted: true, quiescing: true, rolling: true },
      ...{ snapshotting: true, asleep: true, lost: true, failed: true, ended: true },
    };
    expect([...known].sort()).toEqual(Object.keys(all).sort());
  });
});
