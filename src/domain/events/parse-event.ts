import { z } from 'zod';
import { SessionEvent, type EventOf } from './session-event';
import { cleanJson, cutText } from './text-hygiene';
import { upcast } from './upcast';

const PREVIEW_LENGTH = 2_000;

/**
 * Turns anything into an event: clean text first, then the schema; what fails becomes `unknown` with the
 * error and its beginning. A poison event is thus stored, acknowledged and shown, and never blocks a session.
 */
export function parseEvent(value: unknown): SessionEvent {
  const cleaned = cleanJson(value);
  const parsed = SessionEvent.safeParse(upcast(cleaned));
  return parsed.success ? parsed.data : unknownEvent(cleaned, z.prettifyError(parsed.error));
}

/** The event that stands for one that could not be stored as it came. */
export function unknownEvent(value: unknown, error: string): EventOf<'unknown'> {
  const cleaned = cleanJson(value);
  // JSON.stringify answers undefined for what JSON can't say, whatever its type declares.
  const text = (JSON.stringify(cleaned) as string | undefined) ?? String(cleaned);
  const kind = z.object({ kind: z.string() }).safeParse(cleaned);
  return {
    kind: 'unknown',
    was: cutText(kind.success ? kind.data.kind : '', 200),
    error: cutText(error, 2_000),
    preview: cutText(text, PREVIEW_LENGTH),
  };
}
