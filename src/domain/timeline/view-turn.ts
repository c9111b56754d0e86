import type { LoggedEvent } from '../events/logged-event';
import type { Tokens } from '../events/session-event';
import { TurnId } from '../ids';
import type { TurnItem } from './items';
import { ofKind } from './of-kind';

const NO_TOKENS: Tokens = { input: 0, output: 0, reasoning: 0, cacheRead: 0, cacheWrite: 0 };

/** A turn stands where it ended; while it runs, where it started. */
export function viewTurn(
  placed: { id: string; seq: number; at: string },
  events: readonly LoggedEvent[],
): TurnItem {
  const steps = ofKind(events, 'turn.step_finished').map(({ event }) => event);
  return {
    ...placed,
    type: 'turn',
    turnId: TurnId.parse(placed.id.slice('turn:'.length)),
    ...begin(events),
    readAt: ofKind(events, 'turn.step_started')[0]?.at ?? null,
    ...end(placed.seq, events),
    isStopRequested: ofKind(events, 'turn.stop_requested').length > 0,
    steps: steps.length,
    tokens: steps.reduce((sum, { tokens }) => addTokens(sum, tokens), NO_TOKENS),
    costUsd: steps.reduce((sum, { costUsd }) => sum + costUsd, 0),
    compactions: ofKind(events, 'turn.compacted').length,
    retrying: retrying(events),
  };
}

function begin(events: readonly LoggedEvent[]): Pick<TurnItem, 'promptId' | 'attempt' | 'startedAt'> {
  const started = ofKind(events, 'prompt.started').at(-1);
  if (started) {
    return { promptId: started.event.promptId, attempt: started.event.attempt, startedAt: started.at };
  }
  const [finished] = ofKind(events, 'prompt.finished');
  return { promptId: finished?.event.promptId ?? null, attempt: 1, startedAt: null };
}

function end(
  startSeq: number,
  events: readonly LoggedEvent[],
): Pick<TurnItem, 'seq' | 'outcome' | 'reason' | 'finishedAt'> {
  // A turn ends once: what is said of its end after that changes nothing.
  const [finished] = ofKind(events, 'prompt.finished');
  if (!finished) return { seq: startSeq, outcome: null, reason: null, finishedAt: null };
  const { outcome, reason } = finished.event;
  return { seq: finished.seq, outcome, reason, finishedAt: finished.at };
}

function addTokens(a: Tokens, b: Tokens): Tokens {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    reasoning: a.reasoning + b.reasoning,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
  };
}

function retrying(events: readonly LoggedEvent[]): TurnItem['retrying'] {
  const last = events
    .filter(({ event }) => event.kind !== 'turn.stop_requested' && event.kind !== 'prompt.delivered')
    .at(-1)?.event;
  if (last?.kind !== 'turn.retrying') return null;
  return { attempt: last.attempt, message: last.message, nextAt: last.nextAt };
}
