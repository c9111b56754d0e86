import { touch } from '@/db/sessions';
import { SYSTEM } from '@/domain/events/actor';
import type { SessionId } from '@/domain/ids';
import { isWakeable } from '@/domain/session/decide-system';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { authorizeSession } from './authorize-session';
import { runCommand } from './run-command';

/** Clients say it this often at most; what comes sooner is not written. */
const EVERY_SECONDS = 30;

/** Notes that somebody is typing for the session, who may prompt in it: it is not to sleep meanwhile, and to wake if it does. */
export async function touchSession(deps: Deps, caller: Caller, sessionId: SessionId): Promise<void> {
  const session = await authorizeSession(deps, { caller, sessionId, right: 'prompt' });
  await touch(deps.db, sessionId, EVERY_SECONDS);
  if (!isWakeable(session.state)) return;
  await runCommand(deps, { read: session, sessionId, actor: SYSTEM, command: { type: 'sandbox-wanted' } });
}
