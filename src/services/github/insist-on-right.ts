import { findAccess, unconfirmedRepositories } from '@/db/github-access';
import { UserId } from '@/domain/ids';
import { BELIEVED_SECONDS, isBelieved } from '@/domain/access/repository-access';
import { AppError } from '@/domain/errors';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { repositoryRight } from './repository-right';

/**
 * What a look at somebody's right needs. Without the parts that ask GitHub, only what GitHub said in the last minutes
 * lets anybody in: nothing that leaves them out can open what is closed.
 */
export type MayAskGitHub = Pick<Deps, 'db'> & Partial<Pick<Deps, 'github' | 'realtime' | 'log' | 'sealer'>>;

interface SeenRepository {
  kind: string;
  name: string;
}

/** Whether the caller may see a repository of their team: at GitHub that is GitHub's to say, elsewhere the team's. */
export async function maySee(
  deps: MayAskGitHub,
  caller: Caller,
  repository: SeenRepository,
): Promise<boolean> {
  if (repository.kind !== 'github') return true;
  const key = { userId: UserId.parse(caller.person.id), fullName: repository.name };
  const { db, github = null, realtime, log, sealer } = deps;
  if (realtime && log && sealer) {
    return (await repositoryRight({ db, github, realtime, log, sealer }, key)) !== 'none';
  }
  const known = await findAccess(db, key);
  return isBelieved(known) && known.right !== 'none';
}

/** Asks GitHub for the rights in the caller's teams' repositories that are to be asked anew, before a list is read. */
export async function confirmRepositories(deps: MayAskGitHub, caller: Caller): Promise<void> {
  const userId = UserId.parse(caller.person.id);
  const names = await unconfirmedRepositories(deps.db, { userId, olderThanSeconds: BELIEVED_SECONDS });
  await Promise.all(names.map((name) => maySee(deps, caller, { kind: 'github', name })));
}

/** Errors: `repository_forbidden`. */
export async function refuseWithoutRepository(
  deps: MayAskGitHub,
  caller: Caller,
  repository: SeenRepository,
): Promise<void> {
  if (await maySee(deps, caller, repository)) return;
  throw new AppError(
    'repository_forbidden',
    `GitHub does not let you see ${repository.name}. Ask its owner for access; if you have it, sign in again.`,
  );
}

/** The same for a repository that no team has yet, so its name may tell nothing. Errors: `repository_not_found`. */
export async function insistOnRight(
  deps: Pick<Deps, 'db' | 'github' | 'realtime' | 'log' | 'sealer'>,
  { person }: Caller,
  fullName: string,
): Promise<void> {
  if ((await repositoryRight(deps, { userId: person.id, fullName })) !== 'none') return;
  throw new AppError(
    'repository_not_found',
    `There is no repository ${fullName} at GitHub that you can see.`,
  );
}
