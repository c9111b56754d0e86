import { isCollaboration } from '../events/collaboration';
import type { LoggedEvent } from '../events/logged-event';
import type { EventOf } from '../events/session-event';
import type { TimelineItem } from './items';
import { noteOf } from './note-words';
import { viewAsk } from './view-ask';
import { viewCollaboration } from './view-collaboration';
import { viewPart } from './view-part';
import { viewPrompt } from './view-prompt';
import { viewSandbox } from './view-sandbox';
import { viewSteer } from './view-steer';
import { viewTurn } from './view-turn';

/** Makes an item of the events routed to it; null when they say too little yet to show anything. */
export function viewItem(id: string, events: readonly LoggedEvent[]): TimelineItem | null {
  const [first] = events;
  const last = events.at(-1);
  if (!first || !last) return null;
  const placed = { id, seq: first.seq, at: first.at };
  const { event } = last;
  if (isCollaboration(event)) return viewCollaboration(placed, { event, actor: last.actor, events });
  switch (event.kind) {
    case 'session.created': {
      const { kind: _kind, ...created } = event;
      return { ...placed, type: 'session', ...created };
    }
    case 'session.titled':
    case 'session.archived':
      return { ...placed, type: 'note', ...noteOf(event), actor: last.actor };
    case 'prompt.queued':
    case 'prompt.edited':
    case 'prompt.withdrawn':
    case 'prompt.promoted':
    case 'prompt.retried':
    case 'prompt.started':
    case 'prompt.delivered':
    case 'prompt.finished':
      return id.startsWith('turn:')
        ? viewTurn(placed, events)
        : viewPrompt(placed, { promptId: event.promptId, events });
    case 'steer.sent':
    case 'steer.delivered':
    case 'steer.read':
    case 'steer.missed':
      return viewSteer(placed, events);
    case 'ask.opened':
    case 'ask.answered':
    case 'ask.applied':
    case 'ask.expired':
      return viewAsk(placed, events);
    case 'turn.stop_requested':
    case 'turn.step_started':
    case 'turn.step_finished':
    case 'turn.retrying':
    case 'turn.compacted':
      return viewTurn(placed, events);
    case 'part.started':
    case 'part.finished': {
      const { turnId, partId, parentPartId } = event;
      return viewPart({ ...placed, turnId, partId, parentPartId }, events);
    }
    case 'todo.updated':
      return { ...placed, type: 'todo', turnId: event.turnId, todos: event.todos };
    case 'diff.changed':
      return viewDiff({ ...placed, seq: last.seq, at: last.at }, event);
    case 'sandbox.phase':
    case 'sandbox.limit_hit':
    case 'setup.log':
      return viewSandbox({ ...placed, epoch: event.epoch }, events);
    case 'unknown':
      return viewUnknown(placed, event);
  }
}

function viewUnknown(
  placed: { id: string; seq: number; at: string },
  { kind: _kind, ...unknown }: EventOf<'unknown'>,
): TimelineItem {
  return { ...placed, type: 'unknown', ...unknown };
}

function viewDiff(
  placed: { id: string; seq: number; at: string },
  { kind: _kind, ...diff }: EventOf<'diff.changed'>,
): TimelineItem {
  return { ...placed, type: 'diff', ...diff };
}
