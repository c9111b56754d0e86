import type { Actor } from '../events/actor';
import type { CollaborationEvent } from '../events/collaboration';
import type { LoggedEvent } from '../events/logged-event';
import type { CommentItem, TimelineItem } from './items';
import { noteOf } from './note-words';
import { ofKind } from './of-kind';

/** Makes an item of what people did around the work; `event` is the newest of `events`. */
export function viewCollaboration(
  placed: { id: string; seq: number; at: string },
  given: { event: CollaborationEvent; actor: Actor; events: readonly LoggedEvent[] },
): TimelineItem | null {
  const { event, actor, events } = given;
  switch (event.kind) {
    case 'comment.added':
    case 'comment.resolved':
      return viewComment(placed, events);
    case 'artifact.added':
    case 'artifact.updated': {
      const { artifactId, artifact } = event;
      const updatedAt = events.at(-1)?.at ?? placed.at;
      return { ...placed, type: 'artifact', artifactId, artifact, versions: events.length, updatedAt };
    }
    default:
      return { ...placed, type: 'note', ...noteOf(event), actor };
  }
}

/** A remark and whether it is done with; null while only that is known. */
function viewComment(
  placed: { id: string; seq: number; at: string },
  events: readonly LoggedEvent[],
): CommentItem | null {
  const [added] = ofKind(events, 'comment.added');
  if (!added) return null;
  const { commentId, text, on } = added.event;
  const resolved = ofKind(events, 'comment.resolved')[0];
  const said = { commentId, author: added.actor, text, on };
  return {
    ...placed,
    type: 'comment',
    ...said,
    resolvedBy: resolved?.actor ?? null,
    resolvedAt: resolved?.at ?? null,
  };
}
