import { noteOrphans } from '@/db/orphans';
import { messageOf } from '@/domain/errors';
import type { Deps } from '../deps';

/**
 * Ends sandboxes of this deployment that belong to no session: of an older epoch, of a session that ended, or created by
 * a process that died before it could write them down and was not found since. A provider that does not answer is asked
 * again by the next sweep.
 */
export async function endOrphans(deps: Pick<Deps, 'db' | 'sandboxes' | 'config' | 'log'>): Promise<void> {
  const { db, sandboxes, config, log } = deps;
  try {
    const running = await sandboxes.list({ deployment: config.deployment });
    const orphans = await noteOrphans(
      db,
      sandboxes.kind,
      running.map(({ id }) => id),
    );
    for (const id of orphans) {
      log.info('a sandbox that belongs to no session is ended', { id });
      await sandboxes.terminate({ provider: sandboxes.kind, id });
    }
  } catch (error) {
    log.error('sandboxes that belong to no session could not be ended', { error: messageOf(error) });
  }
}
