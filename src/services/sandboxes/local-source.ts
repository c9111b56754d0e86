import type { SessionRecord } from '@/db/sessions';
import { AppError } from '@/domain/errors';
import type { Deps } from '../deps';

/** Where a repository of this machine stands inside a sandbox that has a root of its own. */
const MOUNTED_AT = '/mnt/repository';

/**
 * The folder of this machine that a session's repository is, and where its sandbox sees it; null for a repository
 * that is fetched. Refused where the provider's sandboxes are not on this machine.
 */
export async function localSource(
  deps: Pick<Deps, 'sandboxes'>,
  { repository }: Pick<SessionRecord, 'repository'>,
): Promise<{ source: string; target: string } | null> {
  if (repository.kind !== 'local') return null;
  const can = await deps.sandboxes.capabilities();
  if (!can.localRepositories) {
    throw new AppError('bad_input', 'A folder of this machine can only be opened on the machine itself.');
  }
  return { source: repository.url, target: can.isolation === 'none' ? repository.url : MOUNTED_AT };
}
