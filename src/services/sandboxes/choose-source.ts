import { adoptPrebuilt, PREBUILT_SEQ } from '@/db/environment-builds';
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

const PREBUILT: Reason = {
  code: 'prebuilt',
  message: 'It starts from the environment that was prebuilt for this repository, so the setup is done.',
};

/**
 * What a sandbox that was requested is made of: the newest disk that is kept, else what was prebuilt for the
 * repository, else the image. `isWaking`: from a disk of the session's own. `reason` says what people
 * should know of it: turns that the disk does not know. The last try of a start is from the image, since a disk may be
 * what breaks it.
 */
export async function chooseSource(
  deps: Pick<Deps, 'db' | 'sandboxes'>,
  session: Pick<SessionRecord, 'id' | 'epoch' | 'state' | 'isBuilder' | 'repository'>,
): Promise<{ snapshot: KeptSnapshot | null; isWaking: boolean; reason: Reason | null }> {
  const snapshot = await chooseDisk(deps, session);
  const isWaking = snapshot !== null && snapshot.seq !== PREBUILT_SEQ;
  const turn = await lastEndedTurnSeq(deps.db, session.id);
  if (turn === null) return { snapshot, isWaking, reason: snapshot && !isWaking ? PREBUILT : null };
  if (snapshot === null) return { snapshot, isWaking, reason: NO_DISK };
  return { snapshot, isWaking, reason: turn > snapshot.seq ? OLDER_DISK : null };
}

async function chooseDisk(
  { db, sandboxes }: Pick<Deps, 'db' | 'sandboxes'>,
  { id, epoch, state, isBuilder, repository }: Parameters<typeof chooseSource>[1],
): Promise<KeptSnapshot | null> {
  const isWanted = state.sandbox.failures + 1 < MAX_START_FAILURES;
  const choice = { epoch, provider: sandboxes.kind, isWanted };
  const own = await chooseSnapshot(db, id, choice);
  if (own || !isWanted || isBuilder) return own;
  const isThere = await adoptPrebuilt(db, { id, repositoryId: repository.id }, sandboxes.kind);
  return isThere ? chooseSnapshot(db, id, choice) : null;
}
