import type { PartId } from '../ids';

/**
 * What a stream asks of the server. Events come as they came over the wire and are read here, so that a kind
 * which a newer server knows is shown as unknown. A refusal for good rejects with `AppError`.
 */
export interface SessionSource {
  /** The end of the log, to start from. Events beyond the contiguous end (an older prompt's text) may ride along. */
  open(): Promise<OpenedSession>;
  /** Up to `limit` events that follow `after`, in order. */
  eventsAfter(request: { after: number; limit: number }): Promise<EventPage>;
  /** Up to about `limit` events that come before `before`. */
  eventsBefore(request: { before: number; limit: number }): Promise<OlderPage>;
  /** The stored text of these parts; a part that nothing is stored of is left out. */
  partTexts(partIds: readonly PartId[]): Promise<readonly StoredPartText[]>;
}

export interface EventPage {
  events: readonly unknown[];
  /** The newest `seq` of the log. */
  head: number;
  accessVersion: number;
}

export interface OlderPage {
  events: readonly unknown[];
  hasOlder: boolean;
}

export interface OpenedSession extends EventPage {
  hasOlder: boolean;
}

/** A part's text as far as it is stored; `length` counts UTF-16 code units. */
export interface StoredPartText {
  partId: PartId;
  text: string;
  length: number;
}
