import { z } from 'zod';
import type { Outcome } from '../events/session-event';
import type { Activity } from './activity';
import { isExhausted } from './budget';
import { openAsks, type SessionState } from './state';

/** What is going on in a session, in the few kinds that a list is grouped and marked by. */
export const StatusKind = z.enum([
  'needs_you',
  'starting',
  'working',
  'stopping',
  'waiting',
  'idle',
  'archived',
]);
export type StatusKind = z.infer<typeof StatusKind>;

export interface SessionStatus {
  kind: StatusKind;
  /** In about three words, lower case: the same ones on every surface. */
  words: string;
}

/** What is known beside the state, where it is known. */
type Known = Pick<Activity, 'doing' | 'lastOutcome'>;

/** What a prompt waits for that no agent has yet, by the phase of the sandbox. */
const STARTING: Partial<Record<SessionState['sandbox']['phase'], string>> = {
  requested: 'waking the sandbox',
  booting: 'booting the sandbox',
  waking: 'waking the sandbox',
  cloning: 'cloning the repository',
  setup: 'running the setup',
  agent_starting: 'starting the agent',
  ready: 'starting the turn',
  agent_restarted: 'starting the turn',
  quiescing: 'keeping the disk first',
  rolling: 'moving to a new sandbox',
  snapshotting: 'keeping the disk first',
};

/** Says what a session is doing, and whether somebody has to do something about it. */
export function sessionStatus(state: SessionState, known: Known = UNKNOWN): SessionStatus {
  const { running, queue } = state;
  if (state.isArchived) return { kind: 'archived', words: 'archived' };
  if (running?.isStopRequested) return { kind: 'stopping', words: 'stopping' };
  const [ask] = openAsks(state);
  if (ask) return { kind: 'needs_you', words: `asks: ${ask.title}` };
  if (running?.isDelivered) return { kind: 'working', words: known.doing || 'working' };
  return running || queue.length > 0 ? statusBeforeTurn(state) : statusAtRest(state, known);
}

function statusBeforeTurn(state: SessionState): SessionStatus {
  if (isExhausted(state) && !state.running) return { kind: 'needs_you', words: 'budget is used up' };
  return { kind: 'starting', words: STARTING[state.sandbox.phase] ?? 'waking the sandbox' };
}

const UNKNOWN: Known = { doing: '', lastOutcome: null };

const ENDED = {
  completed: 'done',
  failed: 'failed',
  stopped: 'stopped',
  interrupted: 'interrupted',
} satisfies Record<Outcome, string>;

function statusAtRest({ retryable, sandbox: { phase } }: SessionState, known: Known): SessionStatus {
  const { doing, lastOutcome } = known;
  if (phase === 'failed') return { kind: 'needs_you', words: doing || 'sandbox did not start' };
  if (phase === 'lost' && retryable.length > 0) return { kind: 'needs_you', words: 'sandbox was lost' };
  if (phase === 'none') return { kind: 'waiting', words: 'no prompt yet' };
  if (lastOutcome !== null) return { kind: 'idle', words: ENDED[lastOutcome] };
  return { kind: 'idle', words: phase === 'asleep' ? 'asleep' : 'idle' };
}
