import { EnvironmentBuild, isBuildDue } from '@/domain/environment/build';
import { type Reason, RepositoryKind } from '@/domain/events/session-event';
import { type RepositoryId, SessionId, TeamId, type UserId } from '@/domain/ids';
import { Prisma } from '@/generated/prisma/client';
import type { Db, DbOrTransaction } from './client';
import type { NewSession } from './sessions';

const BUILD = {
  ...{ id: true, fingerprint: true, branch: true, commit: true, trigger: true, state: true },
  ...{ reason: true, startedAt: true, finishedAt: true },
} satisfies Prisma.EnvironmentBuildSelect;

/** How many are remembered of a repository, with their logs. */
const KEPT_BUILDS = 10;

/** The newest builds of a repository, newest first. */
export async function findBuilds(
  db: Db,
  repositoryId: string,
  limit = KEPT_BUILDS,
): Promise<EnvironmentBuild[]> {
  const rows = await db.environmentBuild.findMany({
    where: { repositoryId },
    orderBy: { startedAt: 'desc' },
    take: limit,
    select: BUILD,
  });
  return rows.map((row) => EnvironmentBuild.parse(row));
}

export type NewBuild = Pick<EnvironmentBuild, 'fingerprint' | 'branch' | 'commit' | 'trigger'>;

/**
 * Begins a build with the session whose sandbox does it, unless one of the repository is at work, or nobody asked and
 * it is not due. The repository is locked, so that of two at once one begins.
 */
export async function beginBuild(
  db: Db,
  session: NewSession,
  build: NewBuild,
): Promise<'begun' | 'running' | 'not_due'> {
  const { repositoryId } = session;
  return db.$transaction(async (transaction) => {
    await transaction.$queryRaw`SELECT id FROM repository WHERE id = ${repositoryId}::uuid FOR UPDATE`;
    const newest = await transaction.environmentBuild.findMany({
      where: { repositoryId },
      orderBy: { startedAt: 'desc' },
      take: KEPT_BUILDS,
      select: BUILD,
    });
    const builds = newest.map((row) => EnvironmentBuild.parse(row));
    if (builds.some(({ state }) => state === 'building')) return 'running';
    if (build.trigger !== 'person' && !isBuildDue(builds, build.fingerprint)) return 'not_due';
    await transaction.session.create({ data: { ...session, isBuilder: true } });
    await transaction.environmentBuild.create({ data: { ...build, id: session.id, repositoryId } });
    return 'begun';
  });
}

/** Writes down how a build ended, once: false when that was done before. */
export async function finishBuild(
  db: Db,
  id: SessionId,
  end: { state: 'ready' } | { state: 'failed'; reason: Reason },
): Promise<boolean> {
  const reason = end.state === 'failed' ? { reason: end.reason } : {};
  const { count } = await db.environmentBuild.updateMany({
    where: { id, state: 'building' },
    data: { state: end.state, finishedAt: new Date(), ...reason },
  });
  return count > 0;
}

/** Builds that go on, or went on when whoever looked after them died. */
export async function findBuilding(db: Db): Promise<{ id: SessionId; startedAt: Date }[]> {
  const rows = await db.environmentBuild.findMany({
    where: { state: 'building' },
    select: { id: true, startedAt: true },
  });
  return rows.map(({ id, startedAt }) => ({ id: SessionId.parse(id), startedAt }));
}

/**
 * Writes down that a provider has the disk of a good build no more: it serves nobody, and is to be built again. Whether it
 * was the disk of one.
 */
export async function loseBuild(
  db: Db,
  { provider, id }: { provider: string; id: string },
  reason: Reason,
): Promise<boolean> {
  const builds = await db.environmentBuild.findMany({
    where: { state: 'ready', session: { snapshots: { some: { provider, id } } } },
    select: { id: true, repositoryId: true },
  });
  for (const build of builds) {
    await db.environmentBuild.update({ where: { id: build.id }, data: { state: 'failed', reason } });
    await expectPrebuild(db, { id: build.repositoryId });
  }
  return builds.length > 0;
}

/**
 * Gives up the disks of a repository's builds that no session starts from any more, all but the newest good one, and
 * forgets the oldest builds. Sessions that started from one hold it by a row of their own.
 */
export async function retireBuilds(db: Db, repositoryId: string): Promise<void> {
  const ended = await db.environmentBuild.findMany({
    where: { repositoryId, state: { not: 'building' } },
    orderBy: { startedAt: 'desc' },
    select: { id: true, state: true },
  });
  const serving = ended.find(({ state }) => state === 'ready');
  const retired = ended.filter(({ id }) => id !== serving?.id);
  await db.snapshot.updateMany({
    where: { sessionId: { in: retired.map(({ id }) => id) }, droppedAt: null },
    data: { droppedAt: new Date() },
  });
  // One whose disk is still to be dropped at its provider is remembered until it is.
  await db.session.deleteMany({
    where: {
      id: { in: retired.slice(KEPT_BUILDS).map(({ id }) => id) },
      isBuilder: true,
      snapshots: { none: {} },
    },
  });
}

/**
 * Lets a session start from the newest good disk that was built for its repository, as from a disk of its own that
 * knows nothing of its log. False where there is none.
 */
export async function adoptPrebuilt(
  db: Db,
  session: { id: SessionId; repositoryId: string },
  provider: string,
): Promise<boolean> {
  const added = await db.$executeRaw`
    INSERT INTO snapshot (session_id, provider, id, epoch, seq)
    SELECT ${session.id}::uuid, snapshot.provider, snapshot.id, 0, ${PREBUILT_SEQ}::int
    FROM environment_build AS build JOIN snapshot ON snapshot.session_id = build.id
    WHERE build.repository_id = ${session.repositoryId}::uuid AND build.state = 'ready'
      AND snapshot.provider = ${provider} AND snapshot.dropped_at IS NULL
    ORDER BY build.started_at DESC LIMIT 1
    ON CONFLICT DO NOTHING`;
  return added > 0;
}

/** The place in the log that a prebuilt disk knows: before its first event. */
export const PREBUILT_SEQ = 0;

/** A repository whose environment may be prebuilt. */
export interface PrebuiltRepository {
  id: string;
  teamId: TeamId;
  kind: RepositoryKind;
  name: string;
  url: string;
  environment: string | null;
  prebuildMinutes: number | null;
  prebuildBy: string | null;
}

const PREBUILT = {
  ...{ id: true, teamId: true, kind: true, name: true, url: true },
  ...{ environment: true, prebuildMinutes: true, prebuildBy: true },
} satisfies Prisma.RepositorySelect;

function toPrebuilt(row: Prisma.RepositoryGetPayload<{ select: typeof PREBUILT }>): PrebuiltRepository {
  return { ...row, teamId: TeamId.parse(row.teamId), kind: RepositoryKind.parse(row.kind) };
}

export async function findPrebuilt(db: Db, id: string): Promise<PrebuiltRepository | null> {
  const row = await db.repository.findUnique({ where: { id }, select: PREBUILT });
  return row && toPrebuilt(row);
}

/** What counts instead of a repository's own environment file; null for the file. */
export async function findEnvironment(db: Db, repositoryId: string): Promise<string | null> {
  const row = await db.repository.findUnique({ where: { id: repositoryId }, select: { environment: true } });
  return row?.environment ?? null;
}

export async function saveEnvironment(db: Db, id: RepositoryId, environment: string | null): Promise<void> {
  await db.repository.update({ where: { id }, data: { environment } });
}

/** Turns prebuilding on, as of now, or off with null. */
export async function setPrebuild(
  db: Db,
  id: RepositoryId,
  given: { minutes: number | null; by: UserId },
): Promise<void> {
  const { minutes, by } = given;
  const prebuildDueAt = minutes === null ? null : new Date();
  await db.repository.update({
    where: { id },
    data: { prebuildMinutes: minutes, prebuildBy: by, prebuildDueAt },
  });
}

/** Repositories that are to be looked at now; each is claimed until its next time, so that one looks. */
export async function claimPrebuilds(db: Db): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    UPDATE repository SET prebuild_due_at = now() + make_interval(mins => prebuild_minutes)
    WHERE prebuild_minutes IS NOT NULL AND prebuild_due_at <= now()
    RETURNING id`;
  return rows.map(({ id }) => id);
}

/** A repository of the code host whose default branch moved is looked at soon, in every team that prebuilds it. */
export async function expectPrebuild(
  db: DbOrTransaction,
  which: { id: string } | { fullName: string },
  inSeconds = 0,
): Promise<void> {
  const condition =
    'id' in which
      ? Prisma.sql`id = ${which.id}::uuid`
      : Prisma.sql`kind = 'github' AND name = ${which.fullName}`;
  await db.$executeRaw`
    UPDATE repository SET prebuild_due_at = now() + make_interval(secs => ${inSeconds}::int)
    WHERE prebuild_minutes IS NOT NULL AND ${condition}`;
}
