import { type CollaborationEvent, isCollaboration } from '../events/collaboration';
import type { LoggedEvent } from '../events/logged-event';

/**
 * The items that an event contributes to, by id. An item is a function of the set of events routed to it and of
 * nothing else: that is what makes paging, duplicates and order of arrival irrelevant.
 */
export function itemIdsOf({ seq, event }: LoggedEvent): string[] {
  if (isCollaboration(event)) return [collaborationId(seq, event)];
  switch (event.kind) {
    case 'session.created':
      return ['session'];
    case 'session.titled':
    case 'session.archived':
      return [`note:${seq}`];
    case 'prompt.queued':
    case 'prompt.edited':
    case 'prompt.withdrawn':
    case 'prompt.promoted':
    case 'prompt.retried':
      return [`prompt:${event.promptId}`];
    case 'prompt.started':
    case 'prompt.delivered':
      return [`prompt:${event.promptId}`, `turn:${event.turnId}`];
    case 'prompt.finished':
      return event.turnId === null
        ? [`prompt:${event.promptId}`]
        : [`prompt:${event.promptId}`, `turn:${event.turnId}`];
    case 'steer.sent':
    case 'steer.delivered':
    case 'steer.read':
    case 'steer.missed':
      return [`steer:${event.promptId}`];
    case 'ask.opened':
    case 'ask.answered':
    case 'ask.applied':
    case 'ask.expired':
      return [`ask:${event.askId}`];
    case 'turn.stop_requested':
    case 'turn.step_started':
    case 'turn.step_finished':
    case 'turn.retrying':
    case 'turn.compacted':
      return [`turn:${event.turnId}`];
    case 'part.started':
    case 'part.finished':
      return [`part:${event.partId}`];
    case 'todo.updated':
      return [`todo:${event.turnId}`];
    case 'diff.changed':
      return [`diff:${event.turnId}`];
    case 'sandbox.phase':
    case 'sandbox.limit_hit':
    case 'setup.log':
      return [`sandbox:${event.epoch}`];
    case 'unknown':
      return [`unknown:${seq}`];
  }
}

function collaborationId(seq: number, event: CollaborationEvent): string {
  switch (event.kind) {
    case 'comment.added':
    case 'comment.resolved':
      return `comment:${event.commentId}`;
    case 'artifact.added':
    case 'artifact.updated':
      return `artifact:${event.artifactId}`;
    default:
      return `note:${seq}`;
  }
}
