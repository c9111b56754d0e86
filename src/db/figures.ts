import type { LoggedEvent } from '@/domain/events/logged-event';
import type { SessionId } from '@/domain/ids';
import type { Db } from './client';
import { eventsOfKinds } from './events';

/** What a session came to so far. */
export interface SessionFigures {
  /** Turns that have ended. */
  turns: number;
  steps: number;
  costUsd: number;
  tokens: { input: number; output: number; cacheRead: number };
  /** How long turns took together, of each prompt its newest attempt. */
  workedMs: number;
}

/** Sums up a session's steps and turns; the steps are found by the index on kinds, not by a look through the log. */
export async function findFigures(db: Db, sessionId: SessionId): Promise<SessionFigures> {
  const [[steps], [turns]] = await Promise.all([
    db.$queryRaw<(Omit<SessionFigures, 'turns' | 'workedMs' | 'tokens'> & SessionFigures['tokens'])[]>`
      SELECT count(*)::int AS steps,
        COALESCE(sum((payload->>'costUsd')::float8), 0) AS "costUsd",
        COALESCE(sum((payload->'tokens'->>'input')::float8), 0) AS input,
        COALESCE(sum((payload->'tokens'->>'output')::float8), 0) AS output,
        COALESCE(sum((payload->'tokens'->>'cacheRead')::float8), 0) AS "cacheRead"
      FROM event WHERE session_id = ${sessionId}::uuid AND kind = 'turn.step_finished'`,
    db.$queryRaw<Pick<SessionFigures, 'turns' | 'workedMs'>[]>`
      SELECT count(*)::int AS turns,
        COALESCE(sum(extract(epoch FROM finished_at - started_at) * 1000), 0)::float8 AS "workedMs"
      FROM prompt WHERE session_id = ${sessionId}::uuid AND finished_at > started_at`,
  ]);
  const { input = 0, output = 0, cacheRead = 0, ...rest } = steps ?? { steps: 0, costUsd: 0 };
  return { ...rest, tokens: { input, output, cacheRead }, ...(turns ?? { turns: 0, workedMs: 0 }) };
}

/** How many events of a session's sandboxes are looked at, the newest ones: some lives, each with its setup's log. */
const MAX_EVENTS = 500;

/** What its sandboxes went through, in order. */
export function findSandboxEvents(db: Db, sessionId: SessionId): Promise<LoggedEvent[]> {
  return eventsOfKinds(db, sessionId, { kinds: ['sandbox.phase', 'setup.log'], limit: MAX_EVENTS });
}
