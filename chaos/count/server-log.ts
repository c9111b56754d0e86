import { type LoggedEvent, parseLoggedEvent } from '@/domain/events/logged-event';
import { SessionState } from '@/domain/session/state';
import type { Database } from '../world/database';

/** A session as it stands in the rows, past everything between. */
export interface StoredSession {
  events: LoggedEvent[];
  lastSeq: number;
  state: SessionState;
  prompts: { id: string; status: string; attempt: number }[];
}

interface EventRow {
  seq: number;
  at: Date;
  actor: unknown;
  kind: string;
  payload: object;
}

/** Reads all of it. Throws when it is not there. */
export async function readStored(database: Database, sessionId: string): Promise<StoredSession> {
  const stored = await findStored(database, sessionId);
  if (!stored) throw new Error(`There is no session ${sessionId}.`);
  return stored;
}

/** The same, or null. */
export async function findStored(database: Database, sessionId: string): Promise<StoredSession | null> {
  const [session] = await database.ask<{ last_seq: number; state: unknown }>(
    'SELECT last_seq, state FROM session WHERE id = $1',
    [sessionId],
  );
  const rows = await database.ask<EventRow>(
    'SELECT seq, at, actor, kind, payload FROM event WHERE session_id = $1 ORDER BY seq',
    [sessionId],
  );
  const prompts = await database.ask<StoredSession['prompts'][number]>(
    'SELECT id, status, attempt FROM prompt WHERE session_id = $1',
    [sessionId],
  );
  if (!session) return null;
  return {
    events: rows.map(({ seq, at, actor, kind, payload }) =>
      parseLoggedEvent({ seq, at: at.toISOString(), actor, event: { kind, ...payload } }),
    ),
    lastSeq: session.last_seq,
    state: SessionState.parse(session.state),
    prompts,
  };
}
