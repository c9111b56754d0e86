import { askSeconds } from '@/db/events';
import {
  findSession,
  setDeadline,
  setSandboxRef,
  setSnapshot,
  silenceSeconds,
  turnSeconds,
  type SessionRecord,
} from '@/db/sessions';
import { messageOf } from '@/domain/errors';
import { SYSTEM } from '@/domain/events/actor';
import type { SessionId } from '@/domain/ids';
import type { SystemCommand } from '@/domain/session/commands';
import {
  ASK_SECONDS,
  MAX_BOOT_SILENCE_SECONDS,
  MAX_SILENCE_SECONDS,
  MAX_TURN_SECONDS,
  patienceSeconds,
} from '@/domain/session/patience';
import { hasSandbox, isAgentReachable, openAsks } from '@/domain/session/state';
import type { SandboxRef } from '@/ports/sandboxes';
import type { Deps } from '../deps';
import { runCommand } from '../sessions/run-command';
import { endSandbox, sandboxOf } from './end-sandbox';
import { startSandbox } from './start-sandbox';

/**
 * Looks after one session whose time has come, or of whose sandbox something was heard: starts what was requested
 * and not started, declares lost what is gone, ends a turn that ran too long, and a sandbox that nobody wants any
 * more. Harmless at any time, by anybody.
 */
export async function checkSandbox(deps: Deps, sessionId: SessionId): Promise<void> {
  const session = await findSession(deps.db, sessionId);
  if (!session) return;
  const { version } = session;
  const { epoch, phase } = session.state.sandbox;
  if (!hasSandbox(session.state)) return endUnwanted(deps, session);
  if (sandboxOf(session) === null && (phase === 'requested' || phase === 'booting')) {
    await setDeadline(deps.db, sessionId, { version, seconds: patienceSeconds(session.state) });
    await startSandbox(deps, { sessionId, epoch });
    return;
  }
  const command =
    (await lossOf(deps, session)) ?? (await overdueAsk(deps, session)) ?? (await overdueTurn(deps, session));
  if (command) {
    await runCommand(deps, { sessionId, actor: SYSTEM, command });
  } else {
    await setDeadline(deps.db, sessionId, { version, seconds: patienceSeconds(session.state) });
  }
}

/** Ends what may be left of a sandbox that failed or ended; asked again until the provider says that it is gone. */
async function endUnwanted(deps: Deps, session: SessionRecord): Promise<void> {
  const { id, version, epoch } = session;
  const isGone = await endSandbox(deps, session);
  if (isGone && session.sandboxRef !== null) await setSandboxRef(deps.db, id, { epoch, ref: null });
  await setDeadline(deps.db, id, { version, seconds: isGone ? null : patienceSeconds(session.state) });
}

/** Null while the sandbox lives, or while its provider can't be asked: not knowing is no proof. */
async function lossOf(deps: Deps, session: SessionRecord): Promise<SystemCommand | null> {
  const { epoch } = session.state.sandbox;
  try {
    const ref = sandboxOf(session) ?? (await adopted(deps, session));
    if (!ref) return lost(epoch, 'is gone');
    const status = await deps.sandboxes.status(ref);
    const silence = await silenceSeconds(deps.db, session.id);
    const silent = silence.seconds;
    const isSilent = silent > (silence.wasHeard ? MAX_SILENCE_SECONDS : MAX_BOOT_SILENCE_SECONDS);
    if (status.state === 'running' && !isSilent) return null;
    // A disk that was never ready may hold half a clone; the next start then begins anew.
    const { snapshot } = await deps.sandboxes.terminate(ref, { keep: isAgentReachable(session.state) });
    if (snapshot !== null) await setSnapshot(deps.db, session.id, snapshot);
    const how =
      status.state === 'running'
        ? `did not answer for ${Math.round(silent)} s`
        : `ended unexpectedly${status.state === 'exited' ? ` (exit code ${status.code})` : ''}`;
    return lost(epoch, how);
  } catch (error) {
    deps.log.error('a sandbox could not be checked', { sessionId: session.id, error: messageOf(error) });
    return null;
  }
}

function lost(epoch: number, how: string): SystemCommand {
  const message = `The sandbox ${how}. Everything until then is kept.`;
  return { type: 'sandbox-lost', epoch, reason: { code: 'sandbox_lost', message } };
}

/** The sandbox of a bridge that reports, when the process that created it died before it wrote down which it is. */
async function adopted(deps: Deps, { id, epoch }: SessionRecord): Promise<SandboxRef | null> {
  const { deployment } = deps.config;
  const [ref] = await deps.sandboxes.list({ deployment, session: id, epoch: String(epoch) });
  if (ref) await setSandboxRef(deps.db, id, { epoch, ref });
  return ref ?? null;
}

/** An ask that nobody answers must not hold its turn for ever. */
async function overdueAsk(deps: Deps, session: SessionRecord): Promise<SystemCommand | null> {
  const [oldest] = openAsks(session.state);
  if (!oldest) return null;
  const seconds = await askSeconds(deps.db, session.id, oldest.askId);
  if (seconds === null || seconds < ASK_SECONDS) return null;
  const message = `Nobody answered for ${Math.round(seconds / 60)} minutes, so the agent goes on without.`;
  return { type: 'ask-overdue', askId: oldest.askId, reason: { code: 'ask_expired', message } };
}

async function overdueTurn(deps: Deps, session: SessionRecord): Promise<SystemCommand | null> {
  const { running } = session.state;
  // Waiting for people is not the agent's time.
  if (!running || !isAgentReachable(session.state) || openAsks(session.state).length > 0) return null;
  const seconds = await turnSeconds(deps.db, session.id);
  if (seconds === null || seconds < MAX_TURN_SECONDS) return null;
  const message = `The turn ran for ${Math.round(seconds / 60)} minutes, the most that one may take.`;
  return { type: 'turn-overdue', turnId: running.turnId, reason: { code: 'turn_overdue', message } };
}
