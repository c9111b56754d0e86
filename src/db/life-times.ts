import type { AskId, SessionId } from '@/domain/ids';
import type { Db } from './client';

/** How long things last in a session, in seconds by the database's clock. */
export interface LifeTimes {
  /** Since the bridge of this epoch was heard; for one that never was, since the newest phase of its sandbox. */
  silent: number;
  wasHeard: boolean;
  /** Since the newest phase of its sandbox began. */
  inPhase: number;
  /** Since anything happened, or somebody typed. */
  idle: number;
  /** Until the sandbox's provider ends it; null for never. */
  left: number | null;
  /** Since the running turn began, or since its sandbox was there to run it; null while none runs. */
  turn: number | null;
  /** Since the ask was opened; null for none. */
  ask: number | null;
}

/** Reads a session's times in one statement. `askId`: the ask whose age is wanted. Throws when there is no session. */
export async function readLifeTimes(
  db: Db,
  id: SessionId,
  { askId }: { askId: AskId | null },
): Promise<LifeTimes> {
  const [row] = await db.$queryRaw<LifeTimes[]>`
    WITH phase AS (
      SELECT at FROM event WHERE session_id = ${id}::uuid AND kind = 'sandbox.phase' ORDER BY seq DESC LIMIT 1
    ), newest AS (
      SELECT at FROM event WHERE session_id = ${id}::uuid ORDER BY seq DESC LIMIT 1
    ), asked AS (
      SELECT at FROM event
      WHERE session_id = ${id}::uuid AND kind = 'ask.opened' AND payload->>'askId' = ${askId}
      ORDER BY seq LIMIT 1
    ), times AS (
      SELECT last_sync_at IS NOT NULL AS heard, last_sync_at, created_at,
             coalesce((SELECT at FROM phase), created_at) AS phase_at,
             greatest(coalesce((SELECT at FROM newest), created_at), touched_at) AS busy_at,
             (sandbox_ref->>'expiresAt')::timestamptz AS ends_at
      FROM session WHERE id = ${id}::uuid
    )
    SELECT heard AS "wasHeard",
           extract(epoch FROM now() - coalesce(last_sync_at, phase_at))::float8 AS silent,
           extract(epoch FROM now() - phase_at)::float8 AS "inPhase",
           extract(epoch FROM now() - busy_at)::float8 AS idle,
           extract(epoch FROM ends_at - now())::float8 AS "left",
           (SELECT extract(epoch FROM now() - greatest(started_at, (SELECT at FROM phase)))::float8 FROM prompt
            WHERE running_in = ${id}::uuid) AS turn,
           extract(epoch FROM now() - (SELECT at FROM asked))::float8 AS ask
    FROM times`;
  if (!row) throw new Error(`There is no session ${id}.`);
  return row;
}
