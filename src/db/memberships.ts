import { TeamRole } from '@/domain/access/roles';
import { SessionId, type TeamId, UserId } from '@/domain/ids';
import type { Db } from './client';

/** What taking somebody out of a team changed: names of channels, by their old version. */
export interface Removal {
  teamAccessVersion: number;
  /** Sessions of the team whose channels somebody may listen on, with their new version. */
  sessions: { id: SessionId; accessVersion: number }[];
}

/**
 * Takes somebody out of a team and renames the channels of the team and of all its sessions, in one statement: from
 * its commit on nothing is said under a name that they may listen on. Null, and nothing is changed, unless `by` may:
 * an owner may remove anybody, an admin whoever is no owner, everybody themselves; the last owner stays.
 */
export async function removeMembership(
  db: Db,
  { teamId, userId, by }: { teamId: TeamId; userId: UserId; by: UserId },
): Promise<Removal | null> {
  const rows = await db.$transaction(async (transaction) => {
    // Removals follow one another, so that two owners can't remove each other; and a session that is made at this
    // very moment is either there for the statement below, or made afterwards.
    await transaction.$queryRaw`SELECT id FROM team WHERE id = ${teamId}::uuid FOR UPDATE`;
    return transaction.$queryRaw<RemovalRow[]>`
      WITH allowed AS (
        SELECT target.user_id FROM membership AS target, membership AS actor
        WHERE target.team_id = ${teamId}::uuid AND target.user_id = ${userId}
          AND actor.team_id = ${teamId}::uuid AND actor.user_id = ${by}
          AND (actor.role = 'owner' OR (actor.role = 'admin' AND target.role <> 'owner') OR ${userId} = ${by})
          AND (target.role <> 'owner' OR EXISTS (
            SELECT 1 FROM membership
            WHERE team_id = ${teamId}::uuid AND role = 'owner' AND user_id <> ${userId}))
      ), removed AS (
        DELETE FROM membership USING allowed
        WHERE team_id = ${teamId}::uuid AND membership.user_id = allowed.user_id
        RETURNING membership.user_id
      ), remembered AS (
        INSERT INTO removed_member (team_id, user_id) SELECT ${teamId}::uuid, user_id FROM removed
        ON CONFLICT (team_id, user_id) DO UPDATE SET removed_at = now()
      ), team_renamed AS (
        UPDATE team SET access_version = access_version + 1 FROM removed WHERE id = ${teamId}::uuid
        RETURNING access_version
      ), before AS (
        SELECT session.id, watchers > 0 OR updated_at > now() - interval '1 day' AS is_listened
        FROM session, removed WHERE team_id = ${teamId}::uuid ORDER BY session.id FOR UPDATE OF session
      ), renamed AS (
        UPDATE session SET access_version = access_version + 1, watchers = 0 FROM before
        WHERE session.id = before.id
        RETURNING session.id, access_version, is_listened
      ), forgotten AS (
        DELETE FROM session_presence USING before WHERE session_id = before.id
      )
      SELECT team_renamed.access_version AS team_version, renamed.id AS session_id, renamed.access_version
      FROM team_renamed LEFT JOIN renamed ON renamed.is_listened`;
  });
  const [first] = rows;
  if (!first) return null;
  return {
    teamAccessVersion: first.team_version,
    sessions: rows.flatMap(({ session_id, access_version }) =>
      session_id === null || access_version === null
        ? []
        : [{ id: SessionId.parse(session_id), accessVersion: access_version }],
    ),
  };
}

/** The sessions of a team that somebody took part in, the newest first, without archived ones. */
export async function findParticipation(
  db: Db,
  { teamId, userId, limit }: { teamId: TeamId; userId: UserId; limit: number },
): Promise<{ sessions: SessionId[]; name: string }> {
  const user = await db.user.findUnique({ where: { id: userId }, select: { name: true, login: true } });
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM session
    WHERE team_id = ${teamId}::uuid AND NOT is_archived
      AND state->'members' @> jsonb_build_array(jsonb_build_object('userId', ${userId}::text))
    ORDER BY updated_at DESC LIMIT ${limit}`;
  return {
    sessions: rows.map(({ id }) => SessionId.parse(id)),
    name: user?.name ?? user?.login ?? 'Somebody',
  };
}

interface RemovalRow {
  team_version: number;
  session_id: string | null;
  access_version: number | null;
}

/** The present version in the name of a team's channel; null when there is no such team. */
export async function teamAccessVersion(db: Db, teamId: TeamId): Promise<number | null> {
  const row = await db.team.findUnique({ where: { id: teamId }, select: { accessVersion: true } });
  return row?.accessVersion ?? null;
}

export interface Member {
  userId: UserId;
  name: string;
  login: string | null;
  role: TeamRole;
}

const MEMBER = { userId: true, role: true, user: { select: { name: true, login: true } } } as const;

function toMember(row: {
  userId: string;
  role: string;
  user: { name: string | null; login: string | null };
}): Member {
  const { name, login } = row.user;
  const userId = UserId.parse(row.userId);
  return { userId, name: name ?? login ?? 'Somebody', login, role: TeamRole.parse(row.role) };
}

/** Who belongs to a team, by name; `limit` of them at most. */
export async function membersOf(db: Db, teamId: TeamId, limit: number): Promise<Member[]> {
  const rows = await db.membership.findMany({
    where: { teamId },
    orderBy: [{ user: { name: 'asc' } }, { userId: 'asc' }],
    take: limit,
    select: MEMBER,
  });
  return rows.map(toMember);
}

/** Somebody of a team; null for whoever is not in it. */
export async function findMember(
  db: Db,
  { teamId, userId }: { teamId: TeamId; userId: UserId },
): Promise<Member | null> {
  const row = await db.membership.findUnique({
    where: { teamId_userId: { teamId, userId } },
    select: MEMBER,
  });
  return row ? toMember(row) : null;
}

/** Who is in a team together with somebody, themselves among them, by name; `limit` of them at most. */
export async function colleaguesOf(
  db: Db,
  userId: UserId,
  limit: number,
): Promise<{ userId: UserId; name: string }[]> {
  const rows = await db.user.findMany({
    where: { memberships: { some: { team: { memberships: { some: { userId } } } } } },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
    take: limit,
    select: { id: true, name: true, login: true },
  });
  return rows.map(({ id, name, login }) => ({ userId: UserId.parse(id), name: name ?? login ?? 'Somebody' }));
}

/** The team that somebody was taken out of, and who owns it; null when they never were in it, or are again. */
export async function findRemoval(
  db: Db,
  { teamId, userId }: { teamId: TeamId; userId: UserId },
): Promise<{ team: string; owners: string[] } | null> {
  const row = await db.removedMember.findFirst({
    where: { teamId, userId, team: { memberships: { none: { userId } } } },
    select: { team: { select: { name: true } } },
  });
  if (!row) return null;
  const owners = await db.membership.findMany({
    where: { teamId, role: 'owner' },
    orderBy: { createdAt: 'asc' },
    take: 3,
    select: { user: { select: { name: true, login: true } } },
  });
  return { team: row.team.name, owners: owners.map(({ user }) => user.name ?? user.login ?? 'Somebody') };
}
