import type { SessionId } from '@/domain/ids';
import type { HereMessage } from '@/domain/wire/realtime';
import type { SessionRow } from '@/domain/wire/session-row';
import { fits, type ListFilter } from './list-filter';
import type { ListedSession } from './use-sessions';

/** A list as it was read, page by page. */
export interface ReadPage {
  sessions: ListedSession[];
}

/**
 * The list with a session as it looks now. A session that is new to it is added where the filter allows it; one that
 * does not fit any more goes. A row that is older than the one that is there changes nothing.
 */
export function withRow<P extends ReadPage>(pages: readonly P[], row: SessionRow, filter: ListFilter): P[] {
  const isKnown = pages.some(({ sessions }) => sessions.some(({ id }) => id === row.id));
  const doesFit = fits(row, filter);
  if (isKnown) {
    return onRow(pages, row.id, (session) => {
      if (session.lastSeq > row.lastSeq) return session;
      return doesFit ? { ...session, ...row } : null;
    });
  }
  // Whether it has the words that are searched for, only the server knows.
  if (!doesFit || filter.search.trim() !== '') return [...pages];
  const added: ListedSession = { ...row, readSeq: 0, here: [], excerpt: null };
  return pages.map((page, index) => (index === 0 ? { ...page, sessions: [added, ...page.sessions] } : page));
}

/** The list with who is in a session now. */
export function withHere<P extends ReadPage>(pages: readonly P[], { sessionId, here }: HereMessage): P[] {
  return onRow(pages, sessionId, (session) => ({ ...session, here }));
}

/** The list with how far oneself has read a session. */
export function withReadMark<P extends ReadPage>(
  pages: readonly P[],
  { sessionId, seq }: { sessionId: SessionId; seq: number },
): P[] {
  return onRow(pages, sessionId, (session) => ({ ...session, readSeq: Math.max(session.readSeq, seq) }));
}

/** Null takes the row out. */
function onRow<P extends ReadPage>(
  pages: readonly P[],
  id: SessionId,
  change: (session: ListedSession) => ListedSession | null,
): P[] {
  return pages.map((page) => {
    if (!page.sessions.some((session) => session.id === id)) return page;
    const sessions = page.sessions.flatMap((session) =>
      session.id === id ? (change(session) ?? []) : session,
    );
    return { ...page, sessions };
  });
}
