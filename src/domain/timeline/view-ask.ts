import type { LoggedEvent } from '../events/logged-event';
import type { AskItem } from './items';
import { ofKind } from './of-kind';

/** What was asked, who answered first, and what became of it; null while only its end is known. */
export function viewAsk(
  placed: { id: string; seq: number; at: string },
  events: readonly LoggedEvent[],
): AskItem | null {
  const [opened] = ofKind(events, 'ask.opened');
  if (!opened) return null;
  const { askId, turnId, ask, toolPartId } = opened.event;
  return { ...placed, type: 'ask', askId, turnId, toolPartId, ask, ...answerOf(events), ...endOf(events) };
}

function answerOf(events: readonly LoggedEvent[]): Pick<AskItem, 'answer' | 'answeredBy' | 'answeredAt'> {
  const [answered] = ofKind(events, 'ask.answered');
  if (!answered) return { answer: null, answeredBy: null, answeredAt: null };
  return { answer: answered.event.answer, answeredBy: answered.actor, answeredAt: answered.at };
}

function endOf(events: readonly LoggedEvent[]): Pick<AskItem, 'status' | 'reason'> {
  if (ofKind(events, 'ask.applied').length > 0) return { status: 'applied', reason: null };
  const [expired] = ofKind(events, 'ask.expired');
  if (expired) return { status: 'expired', reason: expired.event.reason };
  return { status: ofKind(events, 'ask.answered').length > 0 ? 'answered' : 'open', reason: null };
}
