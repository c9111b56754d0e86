import { parseEvent } from '@/domain/events/parse-event';
import type { SessionEvent } from '@/domain/events/session-event';
import type { Journal } from './journal';
import type { LiveText } from './live-text';

/** Where everything that happens in the sandbox is told: it is in the journal when `tell` returns. */
export class Outbox {
  readonly #journal: Journal;
  readonly #live: LiveText;
  readonly #onChange: () => void;

  constructor(journal: Journal, live: LiveText, onChange: () => void) {
    this.#journal = journal;
    this.#live = live;
    this.#onChange = onChange;
  }

  /** Numbers the events and keeps them until the server has them. One that is no event is told as `unknown`. */
  tell(...events: SessionEvent[]): void {
    const first = this.#journal.state.lastEvent + 1;
    const clean = events.map(parseEvent);
    this.#journal.append(...clean.map((event, index) => ({ t: 'event' as const, n: first + index, event })));
    for (const event of clean) if (event.kind === 'part.finished') this.#live.close(event.partId);
    this.#onChange();
  }
}
