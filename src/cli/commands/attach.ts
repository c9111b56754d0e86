import type { SessionSnapshot } from '@/domain/sync/session-stream';
import { EXIT } from '../exit-code';
import { findSession } from '../find-session';
import { detached, followSession, sessionFacts } from '../follow-session';
import { LiveSession } from '../live/live-session';
import type { CommandResult } from '../run-command';
import { connect, type Terminal } from '../terminal';
import { AppError } from '@/domain/errors';

export interface AttachOptions {
  untilIdle?: boolean;
  /** Only look: nothing can be typed. */
  readOnly?: boolean;
}

/** Shows a session as it goes on, until Ctrl-C, or until nothing runs or waits with `untilIdle`. */
export async function attach(
  terminal: Terminal,
  id: string,
  { untilIdle = false, readOnly = false }: AttachOptions,
): Promise<CommandResult> {
  const api = connect(terminal);
  const sessionId = await findSession(api, id);
  const { snapshot, isDetached } =
    terminal.isInteractive && !untilIdle
      ? {
          snapshot: await LiveSession.run(terminal, { api, sessionId, isReadOnly: readOnly }),
          isDetached: true,
        }
      : await followSession(terminal, { api, sessionId, until: untilIdle ? isIdle : null });
  const { state } = snapshot;
  if (state.kind === 'refused') throw new AppError(state.code, state.message);
  const json = { sessionId, ...(await sessionFacts(snapshot)) };
  return isDetached ? detached(terminal, sessionId, json) : { exitCode: EXIT.ok, json };
}

function isIdle({ items, state, head, appliedSeq }: SessionSnapshot): boolean {
  const isComplete = state.kind !== 'catching-up' && state.kind !== 'offline' && head === appliedSeq;
  const isOpen = items.some(
    (item) => item.type === 'prompt' && (item.status === 'running' || item.status === 'waiting'),
  );
  return isComplete && !isOpen;
}
