import { SessionId } from '@/domain/ids';
import type { Db } from './client';

/** Where a session is told, and how far. */
export interface SlackThreadRecord {
  id: string;
  workspaceId: string;
  channelId: string;
  threadTs: string;
  sessionId: SessionId;
  cursor: number;
  anchor: number;
  tries: number;
}

const THREAD = {
  id: true,
  workspaceId: true,
  channelId: true,
  threadTs: true,
  sessionId: true,
  cursor: true,
  anchor: true,
  tries: true,
} as const;

function toThread(row: Omit<SlackThreadRecord, 'sessionId'> & { sessionId: string }): SlackThreadRecord {
  return { ...row, sessionId: SessionId.parse(row.sessionId) };
}

/** Ties a session to a thread; false when the thread has another one already. */
export async function insertThread(
  db: Db,
  given: Pick<SlackThreadRecord, 'id' | 'workspaceId' | 'channelId' | 'threadTs' | 'sessionId'>,
): Promise<boolean> {
  await db.slackThread.createMany({ data: [given], skipDuplicates: true });
  const thread = await findThreadOfSession(db, given.sessionId);
  return thread !== null;
}

export async function findThread(
  db: Db,
  at: Pick<SlackThreadRecord, 'workspaceId' | 'channelId' | 'threadTs'>,
): Promise<SlackThreadRecord | null> {
  const row = await db.slackThread.findUnique({
    where: { workspaceId_channelId_threadTs: at },
    select: THREAD,
  });
  return row && toThread(row);
}

export async function findThreadOfSession(db: Db, sessionId: SessionId): Promise<SlackThreadRecord | null> {
  const row = await db.slackThread.findUnique({ where: { sessionId }, select: THREAD });
  return row && toThread(row);
}

/** The newest threads of a channel, the newest first. */
export async function threadsOf(
  db: Db,
  { workspaceId, channelId }: Pick<SlackThreadRecord, 'workspaceId' | 'channelId'>,
  limit: number,
): Promise<SlackThreadRecord[]> {
  const rows = await db.slackThread.findMany({
    where: { workspaceId, channelId },
    orderBy: { createdAt: 'desc' },
    take: limit,
    select: THREAD,
  });
  return rows.map(toThread);
}

/** Puts another session into a thread, which is told from its beginning. False when it is not the one any more. */
export async function moveThread(
  db: Db,
  id: string,
  { from, to }: { from: SessionId; to: SessionId },
): Promise<boolean> {
  const { count } = await db.slackThread.updateMany({
    where: { id, sessionId: from },
    data: { sessionId: to, cursor: 0, anchor: 0, dueAt: new Date(), tries: 0 },
  });
  return count > 0;
}

/** Longer than anything takes that is done between two renewals. */
const LEASE_SECONDS = 60;

/** Takes the sole right to tell a thread, for a minute; null when somebody has it, or it is not due. */
export async function leaseThread(db: Db, id: string): Promise<SlackThreadRecord | null> {
  const [row] = await db.$queryRaw<Parameters<typeof toThread>[0][]>`
    UPDATE slack_thread SET lease_until = now() + make_interval(secs => ${LEASE_SECONDS}::float)
    WHERE id = ${id}::uuid AND (lease_until IS NULL OR lease_until < now()) AND due_at <= now()
    RETURNING id, workspace_id AS "workspaceId", channel_id AS "channelId", thread_ts AS "threadTs",
      session_id AS "sessionId", cursor, anchor, tries`;
  return row ? toThread(row) : null;
}

/** To be called before each thing that takes its time. */
export async function renewLease(db: Db, id: string): Promise<void> {
  await db.$executeRaw`
    UPDATE slack_thread SET lease_until = now() + make_interval(secs => ${LEASE_SECONDS}::float)
    WHERE id = ${id}::uuid`;
}

/** What came of telling a thread, with the lease given back. */
export interface Told {
  /** All up to this event is told; null when not all is. */
  cursor: number | null;
  anchor: number | null;
  /** Not before so long. */
  againInMs: number;
  trouble: string | null;
}

/** Writes down how far a session is told; nothing for one that the thread is not about any more. */
export async function releaseThread(
  db: Db,
  { id, sessionId }: Pick<SlackThreadRecord, 'id' | 'sessionId'>,
  { cursor, anchor, againInMs, trouble }: Told,
): Promise<void> {
  await db.$executeRaw`
    UPDATE slack_thread SET lease_until = NULL,
      cursor = CASE WHEN session_id = ${sessionId}::uuid THEN coalesce(${cursor}::int, cursor) ELSE cursor END,
      anchor = CASE WHEN session_id = ${sessionId}::uuid THEN coalesce(${anchor}::int, anchor) ELSE anchor END,
      due_at = now() + make_interval(secs => ${againInMs / 1_000}::float),
      tries = CASE WHEN ${trouble}::text IS NULL THEN 0 ELSE tries + 1 END, trouble = ${trouble}::text
    WHERE id = ${id}::uuid`;
}

/** Threads in which not all is told, whose time has come, in workspaces that let us. */
export async function findUntold(db: Db, limit: number): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT slack_thread.id FROM slack_thread
      JOIN session ON session.id = session_id JOIN slack_workspace ON slack_workspace.id = workspace_id
    WHERE session.last_seq > slack_thread.cursor AND bot_token IS NOT NULL AND due_at <= now()
      AND (lease_until IS NULL OR lease_until < now())
      AND (paused_until IS NULL OR paused_until <= now())
    ORDER BY due_at LIMIT ${limit}`;
  return rows.map(({ id }) => id);
}

/** Whether there is more to tell at once than was when it was last looked at. */
export async function isUntold(db: Db, id: string): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>`
    SELECT 1 FROM slack_thread JOIN session ON session.id = session_id
    WHERE slack_thread.id = ${id}::uuid AND session.last_seq > slack_thread.cursor AND due_at <= now()`;
  return rows.length > 0;
}

/** Somebody was heard of in a channel: what was given up for a while is tried again. */
export async function wakeThreads(
  db: Db,
  { workspaceId, channelId }: Pick<SlackThreadRecord, 'workspaceId' | 'channelId'>,
): Promise<void> {
  await db.slackThread.updateMany({
    where: { workspaceId, channelId, tries: { gt: 0 } },
    data: { dueAt: new Date(), tries: 0 },
  });
}
