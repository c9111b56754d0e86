import { z } from 'zod';
import { Actor } from './actor';
import { parseEvent } from './parse-event';
import { type SessionEvent } from './session-event';

/** An event in its place in a session's log. `seq` starts at 1 and has no gaps. */
export interface LoggedEvent {
  seq: number;
  /** When it was committed, by the database's clock; ISO 8601 with milliseconds, UTC. */
  at: string;
  actor: Actor;
  event: SessionEvent;
}

const Envelope = z.object({
  seq: z.number().int().positive(),
  at: z.iso.datetime(),
  actor: Actor,
  event: z.unknown(),
});

/**
 * Reads a logged event from a peer of another version: an event of a kind or shape that this build does not
 * know becomes `unknown`, so that nothing is dropped and `seq` stays contiguous. Throws on a broken envelope.
 */
export function parseLoggedEvent(value: unknown): LoggedEvent {
  const { event, ...envelope } = Envelope.parse(value);
  return { ...envelope, event: parseEvent(event) };
}

/** The same as a schema, for frames that carry events. */
export const LoggedEventSchema = Envelope.transform(({ event, ...envelope }): LoggedEvent => ({
  ...envelope,
  event: parseEvent(event),
}));
