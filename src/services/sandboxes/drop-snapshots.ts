import { findDroppable, forgetSnapshot } from '@/db/snapshots';
import { messageOf } from '@/domain/errors';
import type { Deps } from '../deps';

const BATCH = 50;

/** Drops what was given up, at its provider; what does not work now is tried again by the next sweep. */
export async function dropSnapshots(deps: Pick<Deps, 'db' | 'sandboxes' | 'log'>): Promise<void> {
  const provider = deps.sandboxes.kind;
  for (const id of await findDroppable(deps.db, provider, BATCH)) {
    try {
      await deps.sandboxes.dropSnapshot(id);
      await forgetSnapshot(deps.db, { provider, id });
    } catch (error) {
      deps.log.error('a snapshot could not be dropped', { snapshot: id, error: messageOf(error) });
    }
  }
}
