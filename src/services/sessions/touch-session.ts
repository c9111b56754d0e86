import { touch } from '@/db/sessions';
import type { SessionId } from '@/domain/ids';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { authorizeSession } from './authorize-session';

/** Clients say it this often at most; what comes sooner is not written. */
const EVERY_SECONDS = 30;

/** Notes that somebody is typing for the session, who may prompt in it: it is not to sleep meanwhile. */
export async function touchSession(
  deps: Pick<Deps, 'db'>,
  caller: Caller,
  sessionId: SessionId,
): Promise<void> {
  await authorizeSession(deps, { caller, sessionId, right: 'prompt' });
  await touch(deps.db, sessionId, EVERY_SECONDS);
}
