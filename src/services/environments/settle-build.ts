import { expectPrebuild, finishBuild, retireBuilds } from '@/db/environment-builds';
import { eventsOfKinds } from '@/db/events';
import { findSession } from '@/db/sessions';
import { hasSnapshot } from '@/db/snapshots';
import { buildOutcome } from '@/domain/environment/build';
import type { Reason } from '@/domain/events/session-event';
import type { SessionId } from '@/domain/ids';
import type { Deps } from '../deps';
import { dropSnapshots } from '../sandboxes/drop-snapshots';

/** A build has one life, whose phases are a dozen. */
const MAX_PHASES = 100;
/** A build that failed is tried again after this, until it failed too often. */
const RETRY_SECONDS = 300;

/** Writes down how a build ended once its sandbox came to an end; the disks that it replaces are given up. */
export async function settleBuild(deps: Deps, sessionId: SessionId): Promise<void> {
  const session = await findSession(deps.db, sessionId);
  if (!session?.isBuilder) return;
  const { phase } = session.state.sandbox;
  const outcome = buildOutcome({
    ...{ phase, isDiskKept: await hasSnapshot(deps.db, sessionId) },
    ...(await failuresOf(deps, sessionId)),
  });
  if (outcome === null || !(await finishBuild(deps.db, sessionId, outcome))) return;
  const { id } = session.repository;
  if (outcome.state === 'failed') {
    deps.log.info('an environment could not be prebuilt', { repository: id, why: outcome.reason.message });
    await expectPrebuild(deps.db, { id }, RETRY_SECONDS);
  }
  await retireBuilds(deps.db, id);
  await dropSnapshots(deps);
}

/** Why the setup failed, and why the sandbox came to its end, each null for no reason. */
async function failuresOf(
  { db }: Pick<Deps, 'db'>,
  sessionId: SessionId,
): Promise<{ setup: Reason | null; end: Reason | null }> {
  const events = await eventsOfKinds(db, sessionId, { kinds: ['sandbox.phase'], limit: MAX_PHASES });
  const phases = events.flatMap(({ event }) => (event.kind === 'sandbox.phase' ? [event] : []));
  const setup = phases.findLast(({ phase }) => phase === 'setup');
  return { setup: setup?.reason ?? null, end: phases.at(-1)?.reason ?? null };
}
