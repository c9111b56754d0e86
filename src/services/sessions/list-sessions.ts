import { whoIsHere, type SomebodyHere } from '@/db/presence';
import { type OwnSessionRow, querySessions } from '@/db/session-list';
import { cleanText } from '@/domain/events/text-hygiene';
import type { SessionId, UserId } from '@/domain/ids';
import { StatusKind } from '@/domain/session/session-status';
import { LIST_STATE, type ListState } from '@/domain/wire/session-row';
import type { Caller } from '../caller';
import { confirmRepositories, type MayAskGitHub } from '../github/insist-on-right';

/** A session in the list of the person who asked. */
export interface ListedSession extends OwnSessionRow {
  /** Who is in it now. */
  here: SomebodyHere[];
}

export interface SessionFilter {
  /** Words and parts of words, each in the title or in a prompt. */
  search?: string | undefined;
  repositoryId?: string | undefined;
  personId?: UserId | undefined;
  state?: ListState | undefined;
  /** Archived ones are among the others, left out, or the only ones. Means nothing together with `state`. */
  archived?: 'with' | 'without' | 'only' | undefined;
  /** The last session of the page before. */
  cursor?: { changedAt: Date; id: SessionId } | null | undefined;
  limit?: number | undefined;
}

const DEFAULT_LIMIT = 200;
/** All that run or need somebody are on the first page, up to this many: they are what a list is for. */
const MAX_LIVE = 200;
const MAX_TERMS = 8;

/** Where a page goes on. */
type Cursor = Pick<ListedSession, 'changedAt' | 'id'>;

export interface SessionListPage {
  sessions: ListedSession[];
  /** The cursor of the page behind this one; null for the last. */
  next: Cursor | null;
}

/** The first page of `pageSessions`, for clients that show no more. */
export async function listSessions(
  deps: MayAskGitHub,
  caller: Caller,
  filter: SessionFilter = {},
): Promise<ListedSession[]> {
  return (await pageSessions(deps, caller, filter)).sessions;
}

/**
 * Sessions of the caller's teams: first those that need somebody or run, then a page of the others, each the one that
 * changed last first. What is behind the page is asked for with `next` as `cursor`.
 */
export async function pageSessions(
  deps: MayAskGitHub,
  caller: Caller,
  filter: SessionFilter,
): Promise<SessionListPage> {
  const { person } = caller;
  await confirmRepositories(deps, caller);
  const { cursor, search = '', repositoryId, personId, limit = DEFAULT_LIMIT } = filter;
  const terms = [...new Set(cleanText(search).split(/\s+/))]
    .filter((term) => term !== '')
    .slice(0, MAX_TERMS);
  const wanted = StatusKind.options.filter((kind) => isWanted(LIST_STATE[kind], filter));
  const query = { userId: person.id, terms, repositoryId, personId };
  const [live, found] = await Promise.all([
    querySessions(deps.db, { ...query, statuses: cursor ? [] : wanted.filter(isLive), limit: MAX_LIVE }),
    querySessions(deps.db, {
      ...query,
      statuses: wanted.filter((kind) => !isLive(kind)),
      after: cursor ?? undefined,
      limit: limit + 1,
    }),
  ]);
  const others = found.slice(0, limit);
  const last = found.length > limit ? others.at(-1) : undefined;
  const rows = [...live, ...others];
  const here = await whoIsHere(
    deps.db,
    rows.map(({ id }) => id),
  );
  return {
    sessions: rows.map((row) => ({ ...row, here: here.get(row.id) ?? [] })),
    next: last ? { changedAt: last.changedAt, id: last.id } : null,
  };
}

function isLive(kind: StatusKind): boolean {
  return LIST_STATE[kind] === 'needs_you' || LIST_STATE[kind] === 'running';
}

function isWanted(place: ListState, { state, archived = 'with' }: SessionFilter): boolean {
  if (state !== undefined) return place === state;
  if (archived === 'with') return true;
  return (place === 'archived') === (archived === 'only');
}
