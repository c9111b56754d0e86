import { TeamRole } from '@/domain/access/roles';
import { type BlobKey, SessionId, TeamId } from '@/domain/ids';
import { SessionState } from '@/domain/session/state';
import { Prisma } from '@/generated/prisma/client';
import type { Db, DbOrTransaction } from './client';

const SESSION = {
  id: true,
  teamId: true,
  creatorId: true,
  title: true,
  baseBranch: true,
  branch: true,
  modelId: true,
  effort: true,
  isArchived: true,
  state: true,
  version: true,
  lastSeq: true,
  accessVersion: true,
  epoch: true,
  bridgeAck: true,
  bootId: true,
  lastSyncAt: true,
  sandboxRef: true,
  snapshotId: true,
  bundleKey: true,
  patchKey: true,
  watchers: true,
  createdAt: true,
  updatedAt: true,
  repository: { select: { id: true, kind: true, name: true, url: true } },
} satisfies Prisma.SessionSelect;

type Row = Prisma.SessionGetPayload<{ select: typeof SESSION }>;

/** A session as the server knows it: its row with the state parsed. */
export type SessionRecord = Omit<Row, 'id' | 'teamId' | 'state'> & {
  id: SessionId;
  teamId: TeamId;
  state: SessionState;
};

function toRecord(row: Row): SessionRecord {
  return {
    ...row,
    id: SessionId.parse(row.id),
    teamId: TeamId.parse(row.teamId),
    state: SessionState.parse(row.state),
  };
}

export async function findSession(db: DbOrTransaction, id: SessionId): Promise<SessionRecord | null> {
  const row = await db.session.findUnique({ where: { id }, select: SESSION });
  return row ? toRecord(row) : null;
}

/** The session with the caller's role in its team; role null for a stranger. */
export async function findSessionFor(
  db: Db,
  id: SessionId,
  userId: string,
): Promise<{ session: SessionRecord; role: TeamRole | null } | null> {
  const row = await db.session.findUnique({
    where: { id },
    select: { ...SESSION, team: { select: { memberships: { where: { userId }, select: { role: true } } } } },
  });
  if (!row) return null;
  const { team, ...session } = row;
  const role = team.memberships[0]?.role;
  return { session: toRecord(session), role: role === undefined ? null : TeamRole.parse(role) };
}

export interface NewSession {
  id: SessionId;
  teamId: TeamId;
  repositoryId: string;
  creatorId: string;
  title: string;
  baseBranch: string;
  branch: string;
  modelId: string;
  effort?: string | null;
  bundleKey?: BlobKey | null;
  state: SessionState;
}

/** Adds the row that a log hangs on. The same id again changes nothing: the first creation stands. */
export async function insertSession(db: Db, session: NewSession): Promise<void> {
  await db.session.createMany({ data: [session], skipDuplicates: true });
}

/** Where the sandbox of an epoch is, null for gone; false, and nothing is written, when the epoch has moved on. */
export async function setSandboxRef(
  db: Db,
  id: SessionId,
  { epoch, ref }: { epoch: number; ref: { provider: string; id: string } | null },
): Promise<boolean> {
  const sandboxRef = ref ?? Prisma.DbNull;
  const { count } = await db.session.updateMany({ where: { id, epoch }, data: { sandboxRef } });
  return count > 0;
}

export async function setSnapshot(db: Db, id: SessionId, snapshotId: string | null): Promise<void> {
  await db.session.update({ where: { id }, data: { snapshotId } });
}

/** How many watch the session's channel of this access version; nobody counts who listens on an older one. */
export async function setWatchers(
  db: Db,
  id: SessionId,
  given: { accessVersion: number; watchers: number },
): Promise<void> {
  const { accessVersion, watchers } = given;
  await db.session.updateMany({ where: { id, accessVersion }, data: { watchers } });
}

/** Sessions whose deadline has passed by the database's clock, the longest overdue first. */
export async function findOverdue(db: Db, limit: number): Promise<SessionId[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM session WHERE deadline_at < now() ORDER BY deadline_at LIMIT ${limit}`;
  return rows.map(({ id }) => SessionId.parse(id));
}

/** Looks at the session again in `seconds`; null for not at all. Guarded by the version that was looked at. */
export async function setDeadline(
  db: Db,
  id: SessionId,
  given: { version: number; seconds: number | null },
): Promise<void> {
  await db.$executeRaw`
    UPDATE session
    SET deadline_at = ${given.seconds === null ? null : Prisma.sql`now() + make_interval(secs => ${given.seconds})`}
    WHERE id = ${id}::uuid AND version = ${given.version}::int`;
}

/**
 * Seconds since the bridge of this epoch was heard, by the database's clock; for one that never was, since its
 * sandbox was last on its way.
 */
export async function silenceSeconds(db: Db, id: SessionId): Promise<{ seconds: number; wasHeard: boolean }> {
  const [row] = await db.$queryRaw<{ seconds: number | null; heard: boolean }[]>`
    SELECT last_sync_at IS NOT NULL AS heard, extract(epoch FROM now() - coalesce(last_sync_at,
      (SELECT at FROM event WHERE session_id = session.id AND kind = 'sandbox.phase' ORDER BY seq DESC LIMIT 1)
    ))::float8 AS seconds FROM session WHERE id = ${id}::uuid`;
  return { seconds: row?.seconds ?? 0, wasHeard: row?.heard ?? false };
}

/**
 * Notes that the bridge was heard, when a sync brought nothing to append. Answers the version of the session's rights
 * as of this write; null when the epoch is over or another bridge's.
 */
export async function touchSync(
  db: Db,
  id: SessionId,
  given: { epoch: number; bootId: string },
): Promise<{ accessVersion: number } | null> {
  const [touched] = await db.$queryRaw<{ access_version: number }[]>`
    UPDATE session SET last_sync_at = now(), boot_id = ${given.bootId}::uuid
    WHERE id = ${id}::uuid AND epoch = ${given.epoch}::int
      AND (boot_id IS NULL OR boot_id = ${given.bootId}::uuid)
    RETURNING access_version`;
  return touched ? { accessVersion: touched.access_version } : null;
}

/** Somebody types for the session. Written at most every `everySeconds`, however often it is said. */
export async function touch(db: Db, id: SessionId, everySeconds: number): Promise<void> {
  await db.$executeRaw`
    UPDATE session SET touched_at = now()
    WHERE id = ${id}::uuid
      AND (touched_at IS NULL OR touched_at < now() - make_interval(secs => ${everySeconds}))`;
}

/** When the running turn began, in seconds ago by the database's clock; null when none runs. */
export async function turnSeconds(db: Db, id: SessionId): Promise<number | null> {
  const [row] = await db.$queryRaw<{ seconds: number }[]>`
    SELECT extract(epoch FROM now() - started_at)::float8 AS seconds FROM prompt WHERE running_in = ${id}::uuid`;
  return row?.seconds ?? null;
}
