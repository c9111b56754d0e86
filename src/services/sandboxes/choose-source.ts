import { lastEndedTurnSeq } from '@/db/events';
import type { SessionRecord } from '@/db/sessions';
import { chooseSnapshot, type KeptSnapshot } from '@/db/snapshots';
import type { Reason } from '@/domain/events/session-event';
import { MAX_START_FAILURES } from '@/domain/session/decide-system';
import type { Deps } from '../deps';

const OLDER_DISK: Reason = {
  code: 'older_disk',
  message:
    'Its disk is from before the last turn. What changed since comes from the stored work, and the agent is told what was said.',
};
const NO_DISK: Reason = {
  code: 'disk_gone',
  message:
    'There is no disk to start from. The repository is cloned anew, the work comes from what is stored, and the agent is told what was said.',
};

/**
 * What a sandbox that was requested is made of: the newest disk that is kept, else the image. `reason` says what people
 * should know of it: turns that the disk does not know. The last try of a start is from the image, since a disk may be
 * what breaks it.
 */
export async function chooseSource(
  deps: Pick<Deps, 'db' | 'sandboxes'>,
  { id, epoch, state }: Pick<SessionRecord, 'id' | 'epoch' | 'state'>,
): Promise<{ snapshot: KeptSnapshot | null; reason: Reason | null }> {
  const isWanted = state.sandbox.failures + 1 < MAX_START_FAILURES;
  const snapshot = await chooseSnapshot(deps.db, id, { epoch, provider: deps.sandboxes.kind, isWanted });
  const turn = await lastEndedTurnSeq(deps.db, id);
  if (turn === null) return { snapshot, reason: null };
  if (snapshot === null) return { snapshot, reason: NO_DISK };
  return { snapshot, reason: turn > snapshot.seq ? OLDER_DISK : null };
}
