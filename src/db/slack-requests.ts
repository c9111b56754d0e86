import { ChatRequest, type NamedRequest } from '@/domain/chat/chat-request';
import type { Db } from './client';

/** A request whose turn it is. */
export interface TakenRequest {
  id: string;
  /** Null when this version can't read what an older one wrote. */
  request: ChatRequest | null;
  tries: number;
  /** The repository that was chosen for it. */
  choice: string | null;
}

/** Keeps a request until its work is done; false for one that came before. */
export async function storeRequest(db: Db, { id, lane, request }: NamedRequest): Promise<boolean> {
  const { count } = await db.slackRequest.createMany({
    data: [{ id, lane, payload: request }],
    skipDuplicates: true,
  });
  return count > 0;
}

/** Longer than any work on one takes. */
const LEASE_SECONDS = 60;

/**
 * Takes the oldest request that is due, for a minute. Another process takes another; those of one lane go one after the
 * other, in the order in which they came. Null when none is due.
 */
export async function takeRequest(db: Db): Promise<TakenRequest | null> {
  const [row] = await db.$queryRaw<(Omit<TakenRequest, 'request'> & { payload: unknown })[]>`
    UPDATE slack_request
    SET lease_until = now() + make_interval(secs => ${LEASE_SECONDS}::float), tries = tries + 1
    WHERE id = (
      SELECT id FROM slack_request AS due
      WHERE processed_at IS NULL AND try_at <= now() AND (lease_until IS NULL OR lease_until < now())
        AND NOT EXISTS (
          SELECT FROM slack_request AS before
          WHERE before.lane = due.lane AND before.processed_at IS NULL AND before.n < due.n)
      ORDER BY n LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, payload, tries, choice`;
  if (!row) return null;
  const { payload, ...rest } = row;
  return { ...rest, request: ChatRequest.safeParse(payload).data ?? null };
}

export async function finishRequest(db: Db, id: string): Promise<void> {
  await db.$executeRaw`UPDATE slack_request SET processed_at = now(), lease_until = NULL WHERE id = ${id}`;
}

/** Puts a request aside, out of the way of its lane, until what it is held for has happened. */
export async function holdRequest(db: Db, id: string, until: string): Promise<void> {
  await db.$executeRaw`
    UPDATE slack_request SET processed_at = now(), lease_until = NULL, held_for = ${until} WHERE id = ${id}`;
}

export async function postponeRequest(db: Db, id: string, seconds: number): Promise<void> {
  await db.$executeRaw`
    UPDATE slack_request SET lease_until = NULL, try_at = now() + make_interval(secs => ${seconds}::float)
    WHERE id = ${id}`;
}

/** Gives a request that waits for it its repository; null when it does not wait any more. */
export async function chooseFor(
  db: Db,
  { id, repositoryId }: { id: string; repositoryId: string },
): Promise<ChatRequest | null> {
  const [row] = await db.$queryRaw<{ payload: unknown }[]>`
    UPDATE slack_request
    SET choice = ${repositoryId}::uuid, held_for = NULL, processed_at = NULL, try_at = now(), tries = 0
    WHERE id = ${id} AND held_for = ${pickOf(id)} RETURNING payload`;
  return row ? (ChatRequest.safeParse(row.payload).data ?? null) : null;
}

/** A request as it was kept; null when it is forgotten. */
export async function findRequest(db: Db, id: string): Promise<ChatRequest | null> {
  const row = await db.slackRequest.findUnique({ where: { id }, select: { payload: true } });
  return row && (ChatRequest.safeParse(row.payload).data ?? null);
}

/** What a request waits for whose repository has to be chosen. */
export function pickOf(id: string): string {
  return `pick:${id}`;
}

/** Forgets what was done long ago, or waited in vain. */
export async function dropOldRequests(db: Db): Promise<void> {
  await db.$executeRaw`DELETE FROM slack_request WHERE processed_at < now() - interval '7 days'`;
  await db.$executeRaw`DELETE FROM slack_link WHERE expires_at < now() - interval '1 day'`;
}
