import type { SessionId, UserId } from '@/domain/ids';
import type { StatusKind } from '@/domain/session/session-status';
import type { SessionRow } from '@/domain/wire/session-row';
import { Prisma } from '@/generated/prisma/client';
import type { Db } from './client';
import { ROW, toSessionRow } from './session-rows';

/** Which sessions of somebody's teams are asked for. */
export interface SessionQuery {
  userId: UserId;
  statuses: readonly StatusKind[];
  /** Each must be in the title or in a prompt; any part of a word does, in any case. */
  terms: readonly string[];
  repositoryId?: string | undefined;
  /** Somebody who made the session or spoke in it. */
  personId?: UserId | undefined;
  /** Those that stand behind this one. */
  after?: { changedAt: Date; id: SessionId } | undefined;
  limit: number;
}

/** A row with what only concerns who asks. */
export interface OwnSessionRow extends SessionRow {
  /** Up to which event they have read it. */
  readSeq: number;
  /** What of a prompt was found by a search; null when the title has it, and without a search. */
  excerpt: string | null;
}

interface Found {
  id: string;
  read_seq: number;
  excerpt: string | null;
}

/** The sessions that fit, the one that changed last first. */
export async function querySessions(db: Db, query: SessionQuery): Promise<OwnSessionRow[]> {
  if (query.statuses.length === 0) return [];
  const found = await db.$queryRaw<Found[]>`
    SELECT session.id, ${READ_SEQ} AS read_seq, ${excerptOf(query.terms)} AS excerpt
    FROM session
    JOIN membership ON membership.team_id = session.team_id AND membership.user_id = ${query.userId}
    LEFT JOIN session_read ON session_read.session_id = session.id AND session_read.user_id = ${query.userId}
    WHERE NOT session.is_draft AND NOT session.is_builder AND session.status = ANY(${[...query.statuses]}::text[]) ${conditions(query)}
    ORDER BY session.changed_at DESC, session.id DESC LIMIT ${query.limit}::int`;
  const rows = await db.session.findMany({ where: { id: { in: found.map(({ id }) => id) } }, select: ROW });
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  return found.flatMap(({ id, read_seq: readSeq, excerpt }) => {
    const row = rowOf.get(id);
    return row ? [{ ...toSessionRow(row), readSeq, excerpt }] : [];
  });
}

/** Who joined a team after a session was made, and never opened it, has no news in it. */
const READ_SEQ = Prisma.sql`COALESCE(session_read.seq,
  CASE WHEN session.created_at < membership.created_at THEN session.last_seq ELSE 0 END)`;

function conditions({ terms, repositoryId, personId, after, userId }: SessionQuery): Prisma.Sql {
  const parts = terms.map((term) => Prisma.sql`AND session.id IN (${sessionsWith(term, userId)})`);
  parts.push(Prisma.sql`AND session.repository_id NOT IN (${hiddenRepositories(userId)})`);
  if (repositoryId !== undefined) parts.push(Prisma.sql`AND session.repository_id = ${repositoryId}::uuid`);
  if (personId !== undefined) {
    parts.push(
      Prisma.sql`AND (session.creator_id = ${personId} OR jsonb_exists(session.people, ${personId}))`,
    );
  }
  if (after) {
    parts.push(Prisma.sql`AND (session.changed_at, session.id) < (${after.changedAt}, ${after.id}::uuid)`);
  }
  return parts.length > 0 ? Prisma.join(parts, ' ') : Prisma.empty;
}

/** What GitHub does not let somebody see, their teams in spite. */
function hiddenRepositories(userId: UserId): Prisma.Sql {
  return Prisma.sql`
    SELECT repository.id FROM repository
    LEFT JOIN github_access AS access ON access.full_name = repository.name AND access.user_id = ${userId}
    WHERE repository.kind = 'github' AND COALESCE(access."right", 'none') = 'none'`;
}

/** Two searches, since each has an index of its own; a prompt that was taken back is no hit. */
function sessionsWith(term: string, userId: UserId): Prisma.Sql {
  return Prisma.sql`
    SELECT titled.id FROM session AS titled
    JOIN membership ON membership.team_id = titled.team_id AND membership.user_id = ${userId}
    WHERE ${holds(Prisma.sql`titled.title`, term)}
    UNION
    SELECT prompt.session_id FROM prompt JOIN session AS asked ON asked.id = prompt.session_id
    JOIN membership ON membership.team_id = asked.team_id AND membership.user_id = ${userId}
    WHERE ${holds(Prisma.sql`prompt.text`, term)} AND prompt.status <> 'withdrawn'`;
}

/** How much of a prompt is shown around what was found, and how much of that before it. */
const EXCERPT_LENGTH = 160;
const EXCERPT_BEFORE = 40;

function excerptOf([term]: readonly string[]): Prisma.Sql {
  if (term === undefined) return Prisma.sql`NULL::text`;
  return Prisma.sql`CASE WHEN ${holds(Prisma.sql`session.title`, term)} THEN NULL ELSE (
    SELECT substring(text FROM greatest(1, strpos(lower(text), lower(${term})) - ${EXCERPT_BEFORE}::int)
                     FOR ${EXCERPT_LENGTH}::int)
    FROM prompt WHERE prompt.session_id = session.id AND ${holds(Prisma.sql`prompt.text`, term)} AND status <> 'withdrawn'
    ORDER BY queued_at DESC LIMIT 1) END`;
}

/**
 * Whether a text holds a term, as it is, in any case. A database whose locale is C knows the case of English letters
 * only, so that a term with others is looked for in the ways in which it is mostly written.
 */
function holds(text: Prisma.Sql, term: string): Prisma.Sql {
  const isEnglish = /^[\u0020-\u007e]*$/.test(term);
  const ways = isEnglish ? [term] : [...new Set([term, term.toLowerCase(), term.toUpperCase()])];
  const patterns = ways.map((way) => Prisma.sql`${text} ILIKE ${likePattern(way)}`);
  return Prisma.sql`(${Prisma.join(patterns, ' OR ')})`;
}

/** `%` and `_` mean themselves. */
function likePattern(term: string): string {
  return `%${term.replaceAll(/[\\%_]/g, '\\$&')}%`;
}

/**
 * Notes how far somebody has read a session of a team of theirs: never back, and never beyond its end. Answers how far
 * they have read it by now; null for a session that is none of theirs.
 */
export async function saveReadMark(
  db: Db,
  { sessionId, userId, seq }: { sessionId: SessionId; userId: UserId; seq: number },
): Promise<number | null> {
  const [mark] = await db.$queryRaw<{ seq: number }[]>`
    INSERT INTO session_read (user_id, session_id, seq)
    SELECT membership.user_id, session.id, LEAST(${seq}::int, session.last_seq)
    FROM session JOIN membership ON membership.team_id = session.team_id
    WHERE session.id = ${sessionId}::uuid AND membership.user_id = ${userId}
    ON CONFLICT (user_id, session_id) DO UPDATE SET seq = GREATEST(session_read.seq, EXCLUDED.seq)
    RETURNING seq`;
  return mark?.seq ?? null;
}
