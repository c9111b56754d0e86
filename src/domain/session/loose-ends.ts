import type { Reason, SessionEvent } from '../events/session-event';
import type { TurnId } from '../ids';
import type { SessionState } from './state';

/**
 * What a turn leaves behind when it ends: asks that nobody can answer any more, and words that the agent never read.
 * `events` are those that led to this state.
 */
export function looseEnds(state: SessionState, events: readonly SessionEvent[]): SessionEvent[] {
  const runningId = state.running?.turnId;
  const asks = state.asks.filter(({ turnId, status }) => status !== 'expired' && turnId !== runningId);
  const steers = state.steers.filter(({ turnId }) => turnId !== runningId);
  return [
    ...asks.map(({ askId, turnId }): SessionEvent => ({
      kind: 'ask.expired',
      askId,
      turnId,
      reason: whyOver(turnId, events),
    })),
    ...steers.map((steer): SessionEvent => ({ kind: 'steer.missed', ...steer })),
  ];
}

function whyOver(turnId: TurnId, events: readonly SessionEvent[]): Reason {
  const isCutOff = events.some(
    (event) => event.kind === 'prompt.finished' && event.turnId === turnId && event.outcome === 'interrupted',
  );
  return isCutOff
    ? { code: 'agent_restarted', message: 'The agent was restarted before it had the answer.' }
    : { code: 'turn_over', message: 'The turn ended before the agent had the answer.' };
}
