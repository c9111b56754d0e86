import { findFigures, findSandboxEvents, type SessionFigures } from '@/db/figures';
import type { LoggedEvent } from '@/domain/events/logged-event';
import type { SessionId } from '@/domain/ids';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { authorizeSession } from './authorize-session';

export interface SandboxLife {
  figures: SessionFigures;
  /** The phases and setup logs of its sandboxes, in order; of a long session the newest. */
  events: LoggedEvent[];
}

/** What a session's sandboxes went through and what it came to, whatever part of the log a client holds. */
export async function readSandboxLife(
  deps: Pick<Deps, 'db'>,
  caller: Caller,
  sessionId: SessionId,
): Promise<SandboxLife> {
  await authorizeSession(deps, { caller, sessionId, right: 'see' });
  const [figures, events] = await Promise.all([
    findFigures(deps.db, sessionId),
    findSandboxEvents(deps.db, sessionId),
  ]);
  return { figures, events };
}
