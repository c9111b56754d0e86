import { readLifeTimes } from '@/db/life-times';
import { setSandboxRef, type SessionRecord } from '@/db/sessions';
import { messageOf } from '@/domain/errors';
import type { SandboxLimit } from '@/domain/events/session-event';
import type { LifeFacts } from '@/domain/session/life';
import { isLeaving, isStarting, openAsks } from '@/domain/session/state';
import type { SandboxRef } from '@/ports/sandboxes';
import type { Deps } from '../deps';
import { sandboxOf } from './end-sandbox';

/** What was seen of a session's sandbox, and which one it is. */
export interface Observed {
  facts: LifeFacts;
  ref: SandboxRef | null;
  /** The exit status of its main process, once it ended. */
  exitCode: number | null;
  /** What it ran out of so far. */
  limitsHit: readonly SandboxLimit[];
}

/** Looks at a session's sandbox from outside: what its provider says of it, and how long things last. */
export async function observeSandbox(
  deps: Pick<Deps, 'db' | 'sandboxes' | 'config' | 'log'>,
  session: SessionRecord,
): Promise<Observed> {
  const [oldest] = openAsks(session.state);
  const times = await readLifeTimes(deps.db, session.id, { askId: oldest?.askId ?? null });
  const { provider, ...seen } = await askProvider(deps, session);
  return { facts: { ...times, provider }, ...seen };
}

interface Seen extends Omit<Observed, 'facts'> {
  provider: LifeFacts['provider'];
}

const NOTHING = { exitCode: null, limitsHit: [] };

async function askProvider(
  deps: Pick<Deps, 'db' | 'sandboxes' | 'config' | 'log'>,
  session: SessionRecord,
): Promise<Seen> {
  const known = sandboxOf(session);
  try {
    const ref = known ?? (isStarting(session.state) ? null : await adopted(deps, session));
    if (!ref) return { provider: 'none', ref, ...NOTHING };
    // Whose disk is being kept has ended, and its provider is asked for the disk alone.
    if (isLeaving(session.state) && session.state.sandbox.phase === 'snapshotting')
      return { provider: 'exited', ref, ...NOTHING };
    const status = await deps.sandboxes.status(ref);
    const exitCode = status.state === 'exited' ? status.code : null;
    const limitsHit = status.state === 'unknown' ? [] : (status.limitsHit ?? []);
    return { provider: status.state, ref, exitCode, limitsHit };
  } catch (error) {
    deps.log.error('a sandbox could not be checked', { sessionId: session.id, error: messageOf(error) });
    return { provider: 'unasked', ref: known, ...NOTHING };
  }
}

/** The sandbox of a bridge that reports, when the process that created it died before it wrote down which it is. */
async function adopted(
  deps: Pick<Deps, 'db' | 'sandboxes' | 'config'>,
  { id, epoch }: SessionRecord,
): Promise<SandboxRef | null> {
  const { deployment } = deps.config;
  const [ref] = await deps.sandboxes.list({ deployment, session: id, epoch: String(epoch) });
  if (ref) await setSandboxRef(deps.db, id, { epoch, ref });
  return ref ?? null;
}
