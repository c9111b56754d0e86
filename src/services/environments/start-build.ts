import { createHash, randomUUID } from 'node:crypto';
import { beginBuild, expectPrebuild, findPrebuilt, type PrebuiltRepository } from '@/db/environment-builds';
import type { BuildTrigger } from '@/domain/environment/build';
import { AppError } from '@/domain/errors';
import { SYSTEM } from '@/domain/events/actor';
import { SessionId } from '@/domain/ids';
import { workBranch } from '@/domain/session/naming';
import { INITIAL_STATE } from '@/domain/session/state';
import type { Deps } from '../deps';
import { readCredentials } from '../github/mint-read-token';
import { runCommand } from '../sessions/run-command';

const TITLE = 'Prebuilt environment';
/** A branch that moves while a build is at work is built after it. */
const LOOK_AGAIN_SECONDS = 60;

/**
 * Begins to prebuild a repository's environment at the head of its default branch: a session of its own, which nobody
 * sees, gets a sandbox like any other. One that is at work already is joined, and unless a person asked, what was built
 * or failed before is not built again. Errors: those of the repository's host; `sandbox_unavailable` where sandboxes
 * can't start from a disk that another one left.
 */
export async function startBuild(
  deps: Deps,
  repositoryId: string,
  { trigger, startedBy }: { trigger: BuildTrigger; startedBy?: string },
): Promise<'begun' | 'running' | 'not_due'> {
  const repository = await findPrebuilt(deps.db, repositoryId);
  if (!repository) throw new AppError('repository_not_found', 'There is no such repository any more.');
  // Whoever turned it on is written down, so only one that was turned off meanwhile has nobody.
  const creatorId = startedBy ?? repository.prebuildBy;
  if (creatorId === null) return 'not_due';
  await refuseWithoutForks(deps);
  const credentials = await readCredentials(deps, repository);
  const { defaultBranch, headCommit } = await deps.repositoryHost.describe(repository.url, credentials);
  const commit = headCommit ?? null;
  const id = SessionId.parse(randomUUID());
  const session = {
    ...{ id, teamId: repository.teamId, repositoryId, title: TITLE, state: INITIAL_STATE },
    ...{ baseBranch: defaultBranch, branch: workBranch(TITLE, id), modelId: deps.config.models[0].ref.id },
    creatorId,
  };
  const fingerprint = fingerprintOf(deps, repository, commit ?? id);
  const answer = await beginBuild(deps.db, session, { fingerprint, branch: defaultBranch, commit, trigger });
  if (answer === 'begun') {
    await runCommand(deps, { sessionId: id, actor: SYSTEM, command: { type: 'sandbox-wanted' } });
  }
  if (answer === 'running') await expectPrebuild(deps.db, { id: repositoryId }, LOOK_AGAIN_SECONDS);
  return answer;
}

async function refuseWithoutForks({ sandboxes }: Pick<Deps, 'sandboxes'>): Promise<void> {
  const { forks, exitSnapshot } = await sandboxes.capabilities();
  if (forks && exitSnapshot) return;
  throw new AppError(
    'sandbox_unavailable',
    'Sandboxes of this deployment can’t start from a disk that another one left, so nothing is prebuilt. With bubblewrap installed, or on Modal, they can.',
  );
}

/** What a disk depends on that is built for a repository; where any of it changes, it is built anew. */
function fingerprintOf(
  { sandboxes, config }: Pick<Deps, 'sandboxes' | 'config'>,
  { url, environment }: PrebuiltRepository,
  commit: string,
): string {
  const parts = [sandboxes.kind, config.version, url, commit, environment];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
