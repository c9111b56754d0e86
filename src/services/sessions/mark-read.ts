import { saveReadMark } from '@/db/session-list';
import { AppError } from '@/domain/errors';
import type { SessionId } from '@/domain/ids';
import type { Caller } from '../caller';
import type { Deps } from '../deps';

/** Notes that the caller has seen a session up to an event. Error: `not_found` for one that they can't see. */
export async function markRead(
  deps: Pick<Deps, 'db'>,
  { person }: Caller,
  { sessionId, seq }: { sessionId: SessionId; seq: number },
): Promise<{ seq: number }> {
  const read = await saveReadMark(deps.db, { sessionId, userId: person.id, seq });
  if (read === null) throw new AppError('not_found', `There is no session ${sessionId} that you can see.`);
  return { seq: read };
}
