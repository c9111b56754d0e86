import { type AccessKey, findAccess, type RenamedSession, saveAccess } from '@/db/github-access';
import { userTokenOf } from '@/db/user-tokens';
import { isBelieved, type RepositoryRight, rightWithoutHost } from '@/domain/access/repository-access';
import { AppError, messageOf } from '@/domain/errors';
import { sessionChannel, SESSION_MESSAGES } from '@/domain/wire/realtime';
import type { GitHub } from '@/ports/github';
import type { Deps } from '../deps';

type RightDeps = Pick<Deps, 'db' | 'github' | 'realtime' | 'log' | 'sealer'>;

/**
 * What somebody may do with a repository at GitHub, by their own permissions there: what was said in the last minutes,
 * or asked now. While GitHub does not answer, what it said last holds for an hour. Whoever loses a right is put out of
 * the streams of the repository's sessions.
 */
export async function repositoryRight(deps: RightDeps, key: AccessKey): Promise<RepositoryRight> {
  const known = await findAccess(deps.db, key);
  if (isBelieved(known)) return known.right;
  if (!deps.github) return 'none';
  try {
    return await confirmRight({ ...deps, github: deps.github }, key);
  } catch (error) {
    deps.log.error('GitHub could not be asked for a right', {
      ...{ repository: key.fullName, userId: key.userId, error: messageOf(error) },
    });
    return rightWithoutHost(known);
  }
}

/** Asks GitHub now, whatever is known. Errors: `internal` when it does not answer. */
export async function confirmRight(
  deps: RightDeps & { github: GitHub },
  key: AccessKey,
): Promise<RepositoryRight> {
  const right = await askRight(deps, key);
  const renamed = await saveAccess(deps.db, key, right);
  if (renamed.length > 0) await tellRenamed(deps, renamed);
  return right;
}

async function askRight(
  { db, github, sealer }: RightDeps & { github: GitHub },
  { userId, fullName }: AccessKey,
): Promise<RepositoryRight> {
  try {
    const token = await userTokenOf({ db, sealer }, userId, (refreshToken) =>
      github.refreshUser(refreshToken),
    );
    return token === null ? 'none' : await github.rightOf(token, fullName);
  } catch (error) {
    // Whose sign-in GitHub does not take any more is nobody there.
    if (error instanceof AppError && error.code === 'unauthenticated') return 'none';
    throw error;
  }
}

/** The last thing that is said under the old names. Who misses it finds out when they list next. */
async function tellRenamed(deps: RightDeps, sessions: readonly RenamedSession[]): Promise<void> {
  for (const { id, accessVersion } of sessions) {
    const told = await deps.realtime.publish({
      channel: sessionChannel(id, accessVersion - 1),
      event: SESSION_MESSAGES.resubscribe,
      data: { accessVersion },
    });
    if (!told.ok) deps.log.info('a notice to subscribe afresh was lost', { error: told.error });
  }
}
