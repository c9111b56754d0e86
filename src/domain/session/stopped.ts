import type { SessionEvent } from '../events/session-event';
import { isAgentReachable, type RunningTurn, type SessionState } from './state';

/**
 * What stopping a running turn makes happen: before an agent is reachable the server ends the turn itself; after that
 * only the bridge can. Nothing more for a turn that is being stopped already.
 */
export function stopped(state: SessionState, running: RunningTurn): SessionEvent[] {
  const { promptId, turnId, isStopRequested } = running;
  if (isStopRequested) return [];
  const requested: SessionEvent = { kind: 'turn.stop_requested', turnId };
  if (running.isDelivered || isAgentReachable(state)) return [requested];
  return [requested, { kind: 'prompt.finished', promptId, turnId, outcome: 'stopped', reason: null }];
}
