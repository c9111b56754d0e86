import type { Ask } from '../events/ask';
import type { EventOf } from '../events/session-event';
import { cutText } from '../events/text-hygiene';
import type { PendingAsk } from './state';

type AskEvent = EventOf<'ask.opened' | 'ask.answered' | 'ask.applied' | 'ask.expired'>;

/** How many expired asks are remembered, for answers that come too late. */
const MAX_EXPIRED = 20;

/** Applies what became of an ask. */
export function evolveAsks(asks: readonly PendingAsk[], event: AskEvent): PendingAsk[] {
  const others = asks.filter(({ askId }) => askId !== event.askId);
  const known = asks.find(({ askId }) => askId === event.askId);
  switch (event.kind) {
    case 'ask.opened':
      return known ? [...asks] : [...asks, pending(event)];
    case 'ask.answered':
      return asks.map((ask) => (ask.askId === event.askId ? { ...ask, status: 'answered' } : ask));
    case 'ask.applied':
      return others;
    case 'ask.expired':
      // Whoever ended the turn wants no late answer to start another.
      return known?.status === 'open' && event.reason.code !== 'turn_over'
        ? keepExpired([...others, { ...known, status: 'expired' }])
        : others;
  }
}

function pending({ askId, turnId, ask }: EventOf<'ask.opened'>): PendingAsk {
  const { type } = ask;
  const questions = type === 'question' ? ask.questions.length : 0;
  return { askId, turnId, type, questions, title: cutText(askTitle(ask), 200), status: 'open' };
}

/** One line that says what is asked. */
export function askTitle(ask: Ask): string {
  return ask.type === 'permission' ? ask.title : (ask.questions[0]?.question ?? '');
}

function keepExpired(asks: PendingAsk[]): PendingAsk[] {
  const expired = asks.filter(({ status }) => status === 'expired');
  const dropped = new Set(expired.slice(0, -MAX_EXPIRED));
  return asks.filter((ask) => !dropped.has(ask));
}
