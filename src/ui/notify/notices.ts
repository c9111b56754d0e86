import { openAsks, type SessionState } from '@/domain/session/state';
import { sessionStatus } from '@/domain/session/session-status';
import type { PromptId, SessionId, UserId } from '@/domain/ids';

/** One thing that somebody who looks elsewhere should know. */
export interface Notice {
  /** The same for the same thing, in every tab: a browser shows one notification of it. */
  tag: string;
  sessionId: SessionId;
  title: string;
  body: string;
}

/** What a list tells of a session. */
interface Watched {
  id: SessionId;
  title: string;
  state: SessionState;
}

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

function needsOf({ id, title, state }: Watched): Notice[] {
  if (state.isArchived) return [];
  const named = { sessionId: id, title: state.title || title };
  const asks = openAsks(state);
  if (asks.length > 0) {
    return asks.map((ask) => ({
      ...named,
      tag: `ask:${ask.askId}`,
      body: ask.type === 'question' ? `Asks: ${ask.title}` : `Wants to: ${ask.title}`,
    }));
  }
  const { kind, words } = sessionStatus(state);
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

function doneNotice({ id, title, state }: Watched, promptId: PromptId): Notice {
  const hasFailed = state.retryable.some((prompt) => prompt.promptId === promptId);
  return {
    tag: `done:${promptId}`,
    sessionId: id,
    title: state.title || title,
    body: hasFailed ? 'Your prompt did not finish.' : 'Your prompt is done.',
  };
}
