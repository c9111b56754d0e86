import { TeamRole } from '@/domain/access/roles';
import { type BlobKey, SessionId, TeamId } from '@/domain/ids';
import { SessionState } from '@/domain/session/state';
import { Prisma } from '@/generated/prisma/client';
import type { Db, DbOrTransaction } from './client';
import { OPEN_COMMANDS, type OpenCommand } from './open-commands';

/** One statement with the repository: every sync of every bridge begins with it. */
const COLUMNS = Prisma.sql`session.id, session.team_id AS "teamId", session.creator_id AS "creatorId", session.title,
  session.base_branch AS "baseBranch", session.branch, session.model_id AS "modelId", session.effort,
  session.is_archived AS "isArchived", session.is_draft AS "isDraft",
  session.is_builder AS "isBuilder", session.state, session.version, session.last_seq AS "lastSeq",
  session.access_version AS "accessVersion", session.epoch, session.bridge_ack AS "bridgeAck",
  session.boot_id AS "bootId", session.last_sync_at AS "lastSyncAt", session.sandbox_ref AS "sandboxRef",
  session.started_from AS "startedFrom", session.bundle_key AS "bundleKey", session.patch_key AS "patchKey",
  session.watchers, session.created_at AS "createdAt", session.updated_at AS "updatedAt",
  jsonb_build_object('id', repository.id, 'kind', repository.kind, 'name', repository.name,
    'url', repository.url) AS repository`;

interface Row {
  id: string;
  teamId: string;
  creatorId: string;
  title: string;
  baseBranch: string;
  branch: string;
  modelId: string;
  effort: string | null;
  isArchived: boolean;
  isDraft: boolean;
  isBuilder: boolean;
  state: unknown;
  version: number;
  lastSeq: number;
  accessVersion: number;
  epoch: number;
  bridgeAck: number;
  bootId: string | null;
  lastSyncAt: Date | null;
  sandboxRef: Prisma.JsonValue;
  startedFrom: Prisma.JsonValue;
  bundleKey: string | null;
  patchKey: string | null;
  watchers: number;
  createdAt: Date;
  updatedAt: Date;
  repository: { id: string; kind: string; name: string; url: string };
}

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
  const [row] = await db.$queryRaw<Row[]>`
    SELECT ${COLUMNS} FROM session JOIN repository ON repository.id = session.repository_id
    WHERE session.id = ${id}::uuid`;
  return row ? toRecord(row) : null;
}

/** The session with the caller's role in its team; role null for a stranger. */
export async function findSessionFor(
  db: Db,
  id: SessionId,
  userId: string,
): Promise<{ session: SessionRecord; role: TeamRole | null } | null> {
  const [row] = await db.$queryRaw<(Row & { role: string | null })[]>`
    SELECT ${COLUMNS}, membership.role
    FROM session JOIN repository ON repository.id = session.repository_id
      LEFT JOIN membership ON membership.team_id = session.team_id AND membership.user_id = ${userId}
    WHERE session.id = ${id}::uuid`;
  if (!row) return null;
  const { role, ...session } = row;
  return { session: toRecord(session), role: role === null ? null : TeamRole.parse(role) };
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
  isDraft?: boolean;
  isBuilder?: boolean;
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
  { epoch, ref }: { epoch: number; ref: { provider: string; id: string; expiresAt?: Date | null } | null },
): Promise<boolean> {
  const sandboxRef = ref ? { ...ref, expiresAt: ref.expiresAt?.toISOString() ?? null } : Prisma.DbNull;
  const { count } = await db.session.updateMany({ where: { id, epoch }, data: { sandboxRef } });
  return count > 0;
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

/** A session that was claimed and not looked at, because whoever claimed it died, is overdue again after this. */
const CLAIM_SECONDS = 60;

/**
 * Takes sessions whose deadline has passed by the database's clock, the longest overdue first; another sweep that runs
 * at the same time gets others.
 */
export async function claimOverdue(db: Db, limit: number): Promise<SessionId[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    UPDATE session SET deadline_at = now() + make_interval(secs => ${CLAIM_SECONDS})
    WHERE id IN (
      SELECT id FROM session WHERE deadline_at < now()
      ORDER BY deadline_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )
    RETURNING id`;
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

/** What a bridge is answered: as of a write of its own, since what was read before may be over. */
export interface Heard {
  /** Of the session's rights. */
  accessVersion: number;
  bridgeAck: number;
  watchers: number;
  /** What waits for the bridge, and what it says to have taken just now. */
  openCommands: OpenCommand[];
}

/**
 * Notes that the bridge was heard and which commands it took, when a sync brought nothing to append. Null when the
 * epoch is over or another bridge's, or the session is archived.
 */
export async function hearSync(
  db: Db,
  id: SessionId,
  given: { epoch: number; bootId: string; acked: number },
): Promise<Heard | null> {
  // The row is locked first, so that an epoch that starts at this moment gets its commands back after this write.
  const [heard] = await db.$queryRaw<Heard[]>`
    WITH heard AS (
      UPDATE session SET last_sync_at = now(), boot_id = ${given.bootId}::uuid
      WHERE id = ${id}::uuid AND epoch = ${given.epoch}::int AND NOT is_archived
        AND (boot_id IS NULL OR boot_id = ${given.bootId}::uuid)
      RETURNING id, access_version, bridge_ack, watchers
    ), taken AS (
      UPDATE sandbox_command SET done_at = now() FROM heard
      WHERE session_id = heard.id AND done_at IS NULL AND n <= ${given.acked}::int
    )
    SELECT access_version AS "accessVersion", bridge_ack AS "bridgeAck", watchers,
           ${OPEN_COMMANDS} AS "openCommands"
    FROM heard AS session`;
  return heard ?? null;
}

/** Somebody types for the session. Written at most every `everySeconds`, however often it is said. */
export async function touch(db: Db, id: SessionId, everySeconds: number): Promise<void> {
  await db.$executeRaw`
    UPDATE session SET touched_at = now()
    WHERE id = ${id}::uuid
      AND (touched_at IS NULL OR touched_at < now() - make_interval(secs => ${everySeconds}))`;
}
