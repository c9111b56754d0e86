import { append } from '@/db/append';
import type { Db } from '@/db/client';
import { findSession } from '@/db/sessions';
import type { SessionId } from '@/domain/ids';
import type { SessionState } from '@/domain/session/state';
import { longLog } from './long-log';

/** More than this at a time makes one statement large. */
const CHUNK = 1_000;

/**
 * Appends a long log to a session that was created and nothing more, so that it has `total` events: as people and
 * an agent would leave it, asleep. Nobody is told, so seed before a client attaches.
 */
export async function seedLongLog(
  db: Db,
  { sessionId, total }: { sessionId: SessionId; total: number },
): Promise<void> {
  const session = await findSession(db, sessionId);
  if (!session) throw new Error(`There is no session ${sessionId}.`);
  const { events, state } = longLog({
    count: total - session.lastSeq,
    seed: sessionId,
    after: { state: session.state, seq: session.lastSeq },
    startMs: Date.now() - 86_400_000,
  });
  // Each prompt's row must exist before it starts, so the chunks go in one after the other.
  let { version } = session;
  for (let at = 0; at < events.length; at += CHUNK) {
    const chunk = events.slice(at, at + CHUNK);
    const appended = await append(db, {
      ...{ sessionId, events: chunk, state: onTheWay(state, at + CHUNK < events.length) },
      guard: { version },
    });
    if (!appended) throw new Error(`Somebody else wrote to session ${sessionId} meanwhile.`);
    version += 1;
    await backdate(db, sessionId, chunk);
  }
}

/** Until all of it is there the sweep has nothing to do in it. */
function onTheWay(state: SessionState, isOnTheWay: boolean): SessionState {
  return isOnTheWay ? { ...state, running: null } : state;
}

/** When things happened, by the log and not by when it was seeded. */
async function backdate(
  db: Db,
  sessionId: SessionId,
  events: readonly { seq: number; at: string }[],
): Promise<void> {
  const times = JSON.stringify(events.map(({ seq, at }) => ({ seq, at })));
  await db.$executeRaw`
    UPDATE event SET at = given.at
    FROM jsonb_to_recordset(${times}::jsonb) AS given(seq int, at timestamptz)
    WHERE event.session_id = ${sessionId}::uuid AND event.seq = given.seq`;
}
