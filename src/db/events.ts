import { Actor } from '@/domain/events/actor';
import type { LoggedEvent } from '@/domain/events/logged-event';
import { parseEvent } from '@/domain/events/parse-event';
import type { EventKind, EventOf, SessionEvent } from '@/domain/events/session-event';
import type { PromptId, SessionId } from '@/domain/ids';
import type { Prisma } from '@/generated/prisma/client';
import type { Db } from './client';

const EVENT = { seq: true, at: true, actor: true, kind: true, payload: true } satisfies Prisma.EventSelect;

function toLogged(row: Prisma.EventGetPayload<{ select: typeof EVENT }>): LoggedEvent {
  return {
    seq: row.seq,
    at: row.at.toISOString(),
    actor: Actor.parse(row.actor),
    event: parseEvent(Object.assign({ kind: row.kind }, row.payload)),
  };
}

/** Events after `after`, oldest first. */
export async function eventsAfter(
  db: Db,
  sessionId: SessionId,
  page: { after: number; limit: number },
): Promise<LoggedEvent[]> {
  const rows = await db.event.findMany({
    where: { sessionId, seq: { gt: page.after } },
    orderBy: { seq: 'asc' },
    take: page.limit,
    select: EVENT,
  });
  return rows.map(toLogged);
}

/** Events in `fromSeq`..`toSeq`, both included, oldest first. */
export async function eventsBetween(
  db: Db,
  sessionId: SessionId,
  range: { fromSeq: number; toSeq: number },
): Promise<LoggedEvent[]> {
  const rows = await db.event.findMany({
    where: { sessionId, seq: { gte: range.fromSeq, lte: range.toSeq } },
    orderBy: { seq: 'asc' },
    select: EVENT,
  });
  return rows.map(toLogged);
}

/**
 * Where a page of about `limit` events that ends before `before` begins: at the newest start of a turn that leaves
 * at least `limit` events, else `limit` events back, so that a page seldom cuts a turn in two.
 */
export async function pageStart(
  db: Db,
  sessionId: SessionId,
  page: { before: number; limit: number },
): Promise<number> {
  const floor = Math.max(1, page.before - page.limit * 4);
  const wanted = Math.max(1, page.before - page.limit);
  const turn = await db.event.findFirst({
    where: { sessionId, kind: 'prompt.started', seq: { gte: floor, lte: wanted } },
    orderBy: { seq: 'desc' },
    select: { seq: true },
  });
  return turn?.seq ?? wanted;
}

/** The newest event of a kind in a session; null when there is none. */
export async function newestOfKind<K extends EventKind>(
  db: Db,
  sessionId: SessionId,
  kind: K,
): Promise<EventOf<K> | null> {
  const row = await db.event.findFirst({
    where: { sessionId, kind },
    orderBy: { seq: 'desc' },
    select: EVENT,
  });
  const event = row && toLogged(row).event;
  return event && isKind(event, kind) ? event : null;
}

/** The newest events of these kinds in a session, at most `limit`, oldest first. */
export async function eventsOfKinds(
  db: Db,
  sessionId: SessionId,
  { kinds, limit }: { kinds: readonly EventKind[]; limit: number },
): Promise<LoggedEvent[]> {
  const rows = await db.event.findMany({
    where: { sessionId, kind: { in: [...kinds] } },
    orderBy: { seq: 'desc' },
    take: limit,
    select: EVENT,
  });
  return rows.map(toLogged).reverse();
}

function isKind<K extends EventKind>(event: SessionEvent, kind: K): event is EventOf<K> {
  return event.kind === kind;
}

/** What was asked in these prompts, said before `before`: for a page on which they only start or end. */
export async function promptTextsBefore(
  db: Db,
  sessionId: SessionId,
  { promptIds, before }: { promptIds: readonly PromptId[]; before: number },
): Promise<LoggedEvent[]> {
  if (promptIds.length === 0) return [];
  const rows = await db.event.findMany({
    where: {
      sessionId,
      seq: { lt: before },
      kind: { in: ['prompt.queued', 'prompt.edited'] },
      OR: promptIds.map((promptId) => ({ payload: { path: ['promptId'], equals: promptId } })),
    },
    orderBy: { seq: 'asc' },
    select: EVENT,
  });
  return rows.map(toLogged);
}

/** Where in the log a sandbox last told of the end of a turn; null when none did. */
export async function lastEndedTurnSeq(db: Db, sessionId: SessionId): Promise<number | null> {
  const [row] = await db.$queryRaw<{ seq: number }[]>`
    SELECT seq FROM event
    WHERE session_id = ${sessionId}::uuid AND kind = 'prompt.finished' AND actor->>'type' = 'agent'
    ORDER BY seq DESC LIMIT 1`;
  return row?.seq ?? null;
}

/** Where in the log the newest event of a kind is; null for none. */
export async function lastSeqOf(db: Db, sessionId: SessionId, kind: EventKind): Promise<number | null> {
  const newest = await db.event.findFirst({
    where: { sessionId, kind },
    orderBy: { seq: 'desc' },
    select: { seq: true },
  });
  return newest?.seq ?? null;
}
