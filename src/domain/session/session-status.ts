import { openAsks, type SessionState } from './state';

/** What is going on in a session, in the few kinds that a list is grouped and marked by. */
export type StatusKind = 'needs_you' | 'starting' | 'working' | 'stopping' | 'waiting' | 'idle' | 'archived';

export interface SessionStatus {
  kind: StatusKind;
  /** In about three words, lower case: the same ones on every surface. */
  words: string;
}

/** What a prompt waits for that no agent has yet, by the phase of the sandbox. */
const STARTING: Partial<Record<SessionState['sandbox']['phase'], string>> = {
  requested: 'waking the sandbox',
  booting: 'booting the sandbox',
  cloning: 'cloning the repository',
  setup: 'running the setup',
  agent_starting: 'starting the agent',
  ready: 'starting the turn',
  agent_restarted: 'starting the turn',
};

/** Says what a session is doing, and whether somebody has to do something about it. */
export function sessionStatus(state: SessionState): SessionStatus {
  const { running, queue, sandbox } = state;
  if (state.isArchived) return { kind: 'archived', words: 'archived' };
  if (running?.isStopRequested) return { kind: 'stopping', words: 'stopping' };
  const [ask] = openAsks(state);
  if (ask) return { kind: 'needs_you', words: `asks: ${ask.title}` };
  if (running?.isDelivered) return { kind: 'working', words: 'working' };
  if (running || queue.length > 0) {
    return { kind: 'starting', words: STARTING[sandbox.phase] ?? 'waking the sandbox' };
  }
  return statusAtRest(state);
}

function statusAtRest({ retryable, sandbox: { phase } }: SessionState): SessionStatus {
  if (phase === 'failed') return { kind: 'needs_you', words: 'sandbox did not start' };
  if (phase === 'lost' && retryable.length > 0) return { kind: 'needs_you', words: 'sandbox was lost' };
  if (phase === 'none') return { kind: 'waiting', words: 'no prompt yet' };
  return { kind: 'idle', words: phase === 'asleep' ? 'asleep' : 'idle' };
}
