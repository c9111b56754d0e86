import type { Actor } from '../events/actor';
import type { LoggedEvent } from '../events/logged-event';
import type { Outcome, SessionEvent } from '../events/session-event';
import type { PromptId, TurnId, UserId } from '../ids';

/** What is stored of a prompt beside the log, as its events lead to it. */
export interface PromptRow {
  text: string;
  authorId: UserId | null;
  status: 'waiting' | 'running' | 'withdrawn' | Outcome | 'steering' | 'read' | 'missed';
  turnId: TurnId | null;
  attempt: number;
}

type Rows = ReadonlyMap<PromptId, PromptRow>;

export const NO_ROWS: Rows = new Map();

/** The rows after some more events of the log, in order: what the stored ones are checked against. */
export function promptRowsAfter(rows: Rows, events: readonly LoggedEvent[]): Rows {
  const after = new Map(rows);
  for (const { event, actor } of events) {
    if (!('promptId' in event)) continue;
    const row = rowAfter(after.get(event.promptId), event, actor);
    if (row) after.set(event.promptId, row);
  }
  return after;
}

type PromptEvent = Extract<SessionEvent, { promptId: PromptId }>;

function rowAfter(row: PromptRow | undefined, event: PromptEvent, actor: Actor): PromptRow | undefined {
  const authorId = actor.type === 'user' ? actor.userId : null;
  if (event.kind === 'prompt.queued') {
    return { text: event.text, authorId, status: 'waiting', turnId: null, attempt: 0 };
  }
  if (event.kind === 'steer.sent') {
    return { text: event.text, authorId, status: 'steering', turnId: event.turnId, attempt: 0 };
  }
  return row && { ...row, ...changeBy(event) };
}

function changeBy(event: Exclude<PromptEvent, { kind: 'prompt.queued' | 'steer.sent' }>): Partial<PromptRow> {
  switch (event.kind) {
    case 'prompt.edited':
      return { text: event.text };
    case 'prompt.withdrawn':
      return { status: 'withdrawn' };
    case 'prompt.retried':
      return { status: 'waiting' };
    case 'prompt.started':
      return { status: 'running', turnId: event.turnId, attempt: event.attempt };
    case 'prompt.finished':
      return { status: event.outcome };
    case 'steer.read':
      return { status: 'read' };
    case 'steer.missed':
      return { status: 'missed' };
    case 'prompt.promoted':
    case 'prompt.delivered':
    case 'steer.delivered':
      return {};
  }
}
