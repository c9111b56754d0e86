import { ClientKind } from '@/domain/events/actor';
import { SessionId, UserId } from '@/domain/ids';
import type { Db } from './client';

/** Somebody who is in a session now, with the kinds of client that they use. */
export interface SomebodyHere {
  userId: UserId;
  name: string;
  clients: ClientKind[];
}

interface Presence {
  sessionId: SessionId;
  userId: UserId;
}

/**
 * Notes that somebody is about to join, with which client. False, and nothing is noted, when `room` others are here
 * already.
 */
export async function noteJoining(
  db: Db,
  { sessionId, userId, via, room }: Presence & { via: ClientKind; room: number },
): Promise<boolean> {
  const noted = await db.$executeRaw`
    INSERT INTO session_presence (session_id, user_id, clients)
    SELECT ${sessionId}::uuid, ${userId}, ARRAY[${via}]
    WHERE (SELECT count(*) FROM session_presence
           WHERE session_id = ${sessionId}::uuid AND is_here AND user_id <> ${userId}) < ${room}
    ON CONFLICT (session_id, user_id) DO UPDATE SET
      clients = CASE WHEN session_presence.clients @> EXCLUDED.clients THEN session_presence.clients
                     ELSE session_presence.clients || EXCLUDED.clients END,
      seen_at = now()`;
  return noted > 0;
}

/** Somebody is here. Nothing is noted of who listens under an older name of the channel, or does not exist. */
export async function noteHere(
  db: Db,
  { sessionId, userId, accessVersion }: Presence & { accessVersion: number },
): Promise<boolean> {
  const noted = await db.$executeRaw`
    INSERT INTO session_presence (session_id, user_id, is_here)
    SELECT session.id, "user".id, true FROM session, "user"
    WHERE session.id = ${sessionId}::uuid AND session.access_version = ${accessVersion}::int
      AND "user".id = ${userId}
    ON CONFLICT (session_id, user_id) DO UPDATE SET is_here = true, seen_at = now()`;
  return noted > 0;
}

/** Somebody left, with their last client. Who left the channel under an older name may be on the present one. */
export async function noteGone(
  db: Db,
  { sessionId, userId, accessVersion }: Presence & { accessVersion: number },
): Promise<boolean> {
  const gone = await db.$executeRaw`
    DELETE FROM session_presence USING session
    WHERE session.id = session_id AND session.access_version = ${accessVersion}::int
      AND session_id = ${sessionId}::uuid AND user_id = ${userId}`;
  return gone > 0;
}

/** Who is in each of these sessions now, by name; sessions with nobody are left out. */
export async function whoIsHere(
  db: Db,
  sessionIds: readonly SessionId[],
): Promise<Map<SessionId, SomebodyHere[]>> {
  const rows = await db.sessionPresence.findMany({
    where: { sessionId: { in: [...sessionIds] }, isHere: true },
    select: { sessionId: true, userId: true, clients: true, user: { select: { name: true, login: true } } },
    orderBy: [{ user: { name: 'asc' } }, { userId: 'asc' }],
  });
  const here = new Map<SessionId, SomebodyHere[]>();
  for (const { sessionId, userId, clients, user } of rows) {
    const id = SessionId.parse(sessionId);
    const somebody = {
      userId: UserId.parse(userId),
      name: user.name ?? user.login ?? 'Somebody',
      clients: clients.flatMap((kind) => ClientKind.safeParse(kind).data ?? []),
    };
    here.set(id, [...(here.get(id) ?? []), somebody]);
  }
  return here;
}

/** Sessions of which rows say that somebody is here, with how many, and when the longest unseen was last seen. */
export async function notedPresence(
  db: Db,
): Promise<Map<SessionId, { accessVersion: number; people: number; unseenSeconds: number }>> {
  const rows = await db.$queryRaw<
    { session_id: string; access_version: number; people: number; unseen: number }[]
  >`
    SELECT session_id, session.access_version, count(*)::int AS people,
           extract(epoch FROM now() - min(seen_at))::float8 AS unseen
    FROM session_presence JOIN session ON session.id = session_id
    WHERE is_here GROUP BY session_id, session.access_version`;
  return new Map(
    rows.map((row) => [
      SessionId.parse(row.session_id),
      { accessVersion: row.access_version, people: row.people, unseenSeconds: row.unseen },
    ]),
  );
}

/**
 * Exactly these people are here, of those who exist; false when the session's rights changed since it was asked. What
 * came in by itself within the last seconds is newer than the answer and stands.
 */
export async function replaceHere(
  db: Db,
  given: { sessionId: SessionId; accessVersion: number; userIds: readonly UserId[] },
): Promise<boolean> {
  const { sessionId, accessVersion } = given;
  const userIds = [...given.userIds];
  const rows = await db.$queryRaw<{ id: string }[]>`
    WITH present AS (
      SELECT id FROM session WHERE id = ${sessionId}::uuid AND access_version = ${accessVersion}::int
    ), gone AS (
      DELETE FROM session_presence USING present
      WHERE session_id = present.id AND is_here AND NOT user_id = ANY(${userIds}::text[])
        AND seen_at < now() - interval '5 seconds'
    ), here AS (
      INSERT INTO session_presence (session_id, user_id, is_here)
      SELECT present.id, "user".id, true FROM present, "user" WHERE "user".id = ANY(${userIds}::text[])
      ON CONFLICT (session_id, user_id) DO UPDATE SET is_here = true, seen_at = now()
    )
    SELECT id FROM present`;
  return rows.length > 0;
}

/** Forgets people who asked to join and were not heard of since. */
export async function forgetWhoNeverCame(db: Db): Promise<void> {
  await db.$executeRaw`
    DELETE FROM session_presence WHERE NOT is_here AND seen_at < now() - interval '5 minutes'`;
}
