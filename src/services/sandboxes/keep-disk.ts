import { findSession, setDeadline, setSandboxRef, type SessionRecord } from '@/db/sessions';
import { addSnapshot, collectSnapshots } from '@/db/snapshots';
import { messageOf } from '@/domain/errors';
import { SYSTEM } from '@/domain/events/actor';
import type { Reason } from '@/domain/events/session-event';
import type { SessionId } from '@/domain/ids';
import { patienceSeconds } from '@/domain/session/patience';
import { isLeaving } from '@/domain/session/state';
import type { SandboxRef } from '@/ports/sandboxes';
import type { Deps } from '../deps';
import { runCommand } from '../sessions/run-command';
import { dropSnapshots } from './drop-snapshots';
import { sandboxOf } from './end-sandbox';

/** Whether a disk was kept, or will still be. */
type Kept = 'kept' | 'pending' | 'none';

/**
 * Ends a sandbox and has its disk kept, with where in the log that was; the same disk is noted once however often it is
 * asked for. Errors: `sandbox_unavailable`.
 */
export async function keepSnapshot(
  deps: Pick<Deps, 'db' | 'sandboxes'>,
  session: Pick<SessionRecord, 'id' | 'epoch' | 'lastSeq'>,
  ref: SandboxRef,
): Promise<Kept> {
  const { snapshot, isPending } = await deps.sandboxes.terminate(ref, { keep: true });
  if (isPending) return 'pending';
  if (snapshot === null) return 'none';
  const { id: sessionId, epoch, lastSeq } = session;
  const kept = { provider: ref.provider, id: snapshot, epoch, seq: lastSeq };
  await addSnapshot(deps.db, sessionId, kept);
  return 'kept';
}

/**
 * Takes the disk of a sandbox that came to its end, and puts the session to sleep. Does nothing when it is not at that
 * point; a provider that is still at it, or does not answer, is asked again by the sweep. `isLastTry`: without the disk
 * if it is not there now.
 */
export async function keepDisk(
  deps: Deps,
  { sessionId, isLastTry = false }: { sessionId: SessionId; isLastTry?: boolean },
): Promise<void> {
  const session = await findSession(deps.db, sessionId);
  if (!session || !isLeaving(session.state) || session.state.sandbox.phase !== 'snapshotting') return;
  const { epoch, version } = session;
  const kept = await tryToKeep(deps, session);
  if (kept === 'pending' && !isLastTry) {
    await setDeadline(deps.db, sessionId, { version, seconds: patienceSeconds(session.state) });
    return;
  }
  const reason = kept === 'kept' ? null : NOT_KEPT;
  await setSandboxRef(deps.db, sessionId, { epoch, ref: null });
  const command = { type: 'sandbox-kept', epoch, reason } as const;
  await runCommand(deps, { sessionId, actor: SYSTEM, command });
  await collectSnapshots(deps.db, sessionId);
  await dropSnapshots(deps);
}

const NOT_KEPT: Reason = {
  code: 'disk_not_kept',
  message: 'Its disk could not be kept. The work is stored, and the next sandbox starts from that.',
};

async function tryToKeep(deps: Deps, session: SessionRecord): Promise<Kept> {
  const ref = sandboxOf(session);
  if (!ref) return 'none';
  try {
    return await keepSnapshot(deps, session, ref);
  } catch (error) {
    deps.log.error('a disk could not be kept yet', { sessionId: session.id, error: messageOf(error) });
    return 'pending';
  }
}
