import type { LoggedEvent } from '../events/logged-event';
import type { FinishedPart, StartedPart } from '../events/session-event';
import type { PartId, TurnId } from '../ids';
import type { TimelineItem } from './items';
import { ofKind } from './of-kind';

interface Placed {
  id: string;
  seq: number;
  at: string;
  turnId: TurnId;
  partId: PartId;
  parentPartId: PartId | null;
}

/** What a part shows: its finished form once the log has it, whatever was streamed before. */
export function viewPart(placed: Placed, events: readonly LoggedEvent[]): TimelineItem | null {
  const finished = ofKind(events, 'part.finished').at(-1);
  if (finished) return viewFinished(placed, finished.event.part);
  const started = ofKind(events, 'part.started').at(-1);
  return started ? viewStarted(placed, started.event.part) : null;
}

function viewFinished(placed: Placed, part: FinishedPart): TimelineItem {
  return { ...placed, ...part };
}

function viewStarted(placed: Placed, part: StartedPart): TimelineItem {
  switch (part.type) {
    case 'text':
      return { ...placed, type: 'text', text: null };
    case 'reasoning':
      return { ...placed, type: 'reasoning', text: null, durationMs: null };
    case 'tool':
      return {
        ...placed,
        ...part,
        ...{ status: 'running', output: null, outputBlob: null, durationMs: null, attachments: [] },
      };
  }
}
