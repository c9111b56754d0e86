import type { Outcome } from '@/domain/events/session-event';
import type { PromptId, SessionId, UserId } from '@/domain/ids';
import { openAsks } from '@/domain/session/state';
import type { SessionRow } from '@/domain/wire/session-row';

/** One thing that somebody who looks elsewhere should know. */
export interface Notice {
  /** The same for the same thing, in every tab: a browser shows one notification of it. */
  tag: string;
  sessionId: SessionId;
  title: string;
  body: string;
}

/** What a list tells of a session. */
type Watched = Pick<SessionRow, 'id' | 'title' | 'state' | 'status' | 'isArchived' | 'lastOutcome'>;

/** What one has been told of, or was there when one began to look. */
export interface Seen {
  /** What waits for somebody, by its tag. */
  needs: ReadonlyMap<string, Notice>;
  /** The prompts of one's own that run. */
  running: ReadonlyMap<PromptId, SessionId>;
}

/** What a list says at this moment, to somebody. */
export function see(sessions: readonly Watched[], me: UserId): Seen {
  const needs = sessions.flatMap(needsOf).map((notice): [string, Notice] => [notice.tag, notice]);
  const running = sessions.flatMap(({ id, state: { running: turn } }): [PromptId, SessionId][] =>
    turn?.authorId === me ? [[turn.promptId, id]] : [],
  );
  return { needs: new Map(needs), running: new Map(running) };
}

function needsOf({ id, title, state, status, isArchived }: Watched): Notice[] {
  if (isArchived) return [];
  const named = { sessionId: id, title };
  const asks = openAsks(state);
  if (asks.length > 0) {
    return asks.map((ask) => ({
      ...named,
      tag: `ask:${ask.askId}`,
      body: ask.type === 'question' ? `Asks: ${ask.title}` : `Wants to: ${ask.title}`,
    }));
  }
  const { kind, words } = status;
  return kind === 'needs_you'
    ? [{ ...named, tag: `need:${id}:${state.sandbox.epoch}`, body: `${words}.` }]
    : [];
}

/** What is new since `before`, and the tags of what nobody has to do anything about any more. */
export function compare(
  before: Seen,
  { sessions, me }: { sessions: readonly Watched[]; me: UserId },
): { seen: Seen; raised: Notice[]; over: string[] } {
  const seen = see(sessions, me);
  const needs = [...seen.needs.values()].filter(({ tag }) => !before.needs.has(tag));
  const needing = new Set(needs.map(({ sessionId }) => sessionId));
  const ended = [...before.running].filter(([promptId]) => !seen.running.has(promptId));
  const done = ended.flatMap(([promptId, sessionId]) => {
    const session = sessions.find(({ id }) => id === sessionId);
    // What ended in a way that somebody must see to is told of as that.
    return session && !needing.has(sessionId) ? [doneNotice(session, promptId)] : [];
  });
  const over = [...before.needs.keys()].filter((tag) => !seen.needs.has(tag));
  return { seen, raised: [...needs, ...done], over };
}

const ENDS = {
  completed: 'Your prompt is done.',
  failed: 'Your prompt did not finish.',
  stopped: 'Your prompt was stopped.',
  interrupted: 'Your prompt was interrupted.',
} satisfies Record<Outcome, string>;

function doneNotice({ id, title, lastOutcome }: Watched, promptId: PromptId): Notice {
  const body = ENDS[lastOutcome ?? 'completed'];
  return { tag: `done:${promptId}`, sessionId: id, title, body };
}
