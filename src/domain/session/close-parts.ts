import type { FinishedPart, SessionEvent, StartedPart } from '../events/session-event';
import type { PartId, TurnId } from '../ids';

/** A part that its sandbox will never end, with its text as far as it is stored. */
export interface OpenPart {
  partId: PartId;
  parentPartId: PartId | null;
  part: StartedPart;
  text: string;
}

/** The turn that ends because its sandbox is gone; null when no such turn is among the events. */
export function cutOffTurn(events: readonly SessionEvent[]): TurnId | null {
  const isGone = events.some((event) => event.kind === 'sandbox.phase' && GONE.has(event.phase));
  const end = events.find((event) => event.kind === 'prompt.finished' && event.turnId !== null);
  return isGone && end?.kind === 'prompt.finished' ? end.turnId : null;
}

const GONE: ReadonlySet<string> = new Set(['lost', 'failed', 'ended']);

/** How open parts of a turn end that was cut off: with what is known of them, which from then on is theirs for good. */
export function closedParts(turnId: TurnId, open: readonly OpenPart[]): SessionEvent[] {
  return open.map(({ partId, parentPartId, part, text }) => ({
    kind: 'part.finished',
    ...{ turnId, partId, parentPartId },
    part: closed(part, text),
  }));
}

function closed(part: StartedPart, text: string): FinishedPart {
  switch (part.type) {
    case 'text':
      return { type: 'text', text };
    case 'reasoning':
      return { type: 'reasoning', text, durationMs: 0 };
    case 'tool': {
      const output = [text, '(interrupted)'].filter(Boolean).join('\n');
      return { ...part, status: 'error', output, outputBlob: null, durationMs: 0, attachments: [] };
    }
  }
}
