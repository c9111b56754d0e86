import type { LoggedEvent } from '../events/logged-event';
import type { TimelineItem } from './items';
import { viewPart } from './view-part';
import { viewPrompt } from './view-prompt';
import { viewSandbox } from './view-sandbox';
import { viewTurn } from './view-turn';

/** Makes an item of the events routed to it; null when they say too little yet to show anything. */
export function viewItem(id: string, events: readonly LoggedEvent[]): TimelineItem | null {
  const [first] = events;
  const last = events.at(-1);
  if (!first || !last) return null;
  const placed = { id, seq: first.seq, at: first.at };
  const { event } = last;
  switch (event.kind) {
    case 'session.created': {
      const { kind: _kind, ...created } = event;
      return { ...placed, type: 'session', ...created };
    }
    case 'session.titled':
      return { ...placed, type: 'note', text: `Renamed to “${event.title}”`, actor: last.actor };
    case 'session.archived':
      return { ...placed, type: 'note', text: 'Archived', actor: last.actor };
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
    case 'turn.stop_requested':
    case 'turn.step_started':
    case 'turn.step_finished':
    case 'turn.retrying':
    case 'turn.compacted':
      return viewTurn(placed, events);
    case 'part.started':
    case 'part.finished':
      return viewPart({ ...placed, turnId: event.turnId, partId: event.partId }, events);
    case 'todo.updated': {
      const { turnId, todos } = event;
      return { ...placed, type: 'todo', turnId, todos };
    }
    case 'diff.changed': {
      const { kind: _kind, ...diff } = event;
      return { ...placed, seq: last.seq, at: last.at, type: 'diff', ...diff };
    }
    case 'sandbox.phase':
    case 'setup.log':
      return viewSandbox({ ...placed, epoch: event.epoch }, events);
    case 'unknown': {
      const { was, error, preview } = event;
      return { ...placed, type: 'unknown', was, error, preview };
    }
  }
}
