import { TeamRole } from '@/domain/access/roles';
import { TeamId, UserId } from '@/domain/ids';
import type { Db } from './client';

export interface Person {
  id: UserId;
  name: string;
  login: string | null;
  email: string | null;
  image: string | null;
}

export const PERSON = { id: true, name: true, login: true, email: true, image: true } as const;

export function toPerson(row: {
  id: string;
  name: string | null;
  login: string | null;
  email: string | null;
  image: string | null;
}): Person {
  return { ...row, id: UserId.parse(row.id), name: row.name ?? row.login ?? 'Somebody' };
}

/** The person behind a browser's sign-in; null when it is unknown or over. */
export async function findPersonByLoginSession(db: Db, sessionToken: string): Promise<Person | null> {
  const row = await db.loginSession.findFirst({
    where: { sessionToken, expires: { gt: new Date() } },
    select: { user: { select: PERSON } },
  });
  return row ? toPerson(row.user) : null;
}

/** The person behind a token, by its SHA-256; null when it is unknown, revoked or expired. */
export async function findPersonByToken(db: Db, hash: string): Promise<Person | null> {
  // Every call of a terminal or program comes by here, so it only writes when there is something to write down.
  const [row] = await db.$queryRaw<Parameters<typeof toPerson>[0][]>`
    WITH token AS (
      SELECT id, user_id, last_used_at FROM api_token
      WHERE hash = ${hash} AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
    ), used AS (
      UPDATE api_token SET last_used_at = now() FROM token
      WHERE api_token.id = token.id
        AND (token.last_used_at IS NULL OR token.last_used_at < now() - interval '1 minute')
    )
    SELECT person.id, person.name, login, email, image
    FROM token JOIN "user" AS person ON person.id = token.user_id`;
  return row ? toPerson(row) : null;
}

export interface TeamView {
  id: TeamId;
  slug: string;
  name: string;
  role: TeamRole;
  /** Part of the name of the team's channel. */
  accessVersion: number;
}

/** The teams that somebody belongs to, in the order in which they joined. */
export async function findTeamsOf(db: Db, userId: string): Promise<TeamView[]> {
  const rows = await db.membership.findMany({
    where: { userId },
    orderBy: { createdAt: 'asc' },
    select: { role: true, team: { select: { id: true, slug: true, name: true, accessVersion: true } } },
  });
  return rows.map(({ role, team }) => ({ ...team, id: TeamId.parse(team.id), role: TeamRole.parse(role) }));
}

/** Takes up every invitation to this login; who belongs to no team then gets one of their own. */
export async function joinTeams(db: Db, user: { id: string; login: string; name: string }): Promise<void> {
  await db.$transaction(async (transaction) => {
    await transaction.user.update({ where: { id: user.id }, data: { login: user.login } });
    const invitations = await transaction.invitation.findMany({ where: { login: user.login } });
    await transaction.membership.createMany({
      data: invitations.map(({ teamId, role }) => ({ teamId, role, userId: user.id })),
      skipDuplicates: true,
    });
    await transaction.invitation.deleteMany({ where: { login: user.login } });
    if ((await transaction.membership.count({ where: { userId: user.id } })) > 0) return;
    const team = await transaction.team.upsert({
      where: { slug: user.login },
      create: { slug: user.login, name: user.name },
      update: {},
    });
    await transaction.membership.create({ data: { teamId: team.id, userId: user.id, role: 'owner' } });
  });
}
