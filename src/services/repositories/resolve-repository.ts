import { findRepositoriesOf, saveRepository, type RepositoryRecord } from '@/db/repositories';
import { findTeamsOf } from '@/db/people';
import { hasRight } from '@/domain/access/roles';
import { AppError } from '@/domain/errors';
import { TeamId } from '@/domain/ids';
import type { Caller } from '../caller';
import type { Deps } from '../deps';

/** A repository that the team has, or one named by its address: a git URL, or a path of this machine. */
export type RepositoryChoice = { id: string } | { address: string };

export interface ResolvedRepository {
  repository: Omit<RepositoryRecord, 'teamId'> & { teamId: TeamId };
  branches: string[];
}

/**
 * Finds out what a repository is, by asking its host now. One that is new to the team is added to it.
 * Errors: `repository_not_found`, `repository_forbidden`, `repository_empty`, `bad_input`.
 */
export async function resolveRepository(
  deps: Pick<Deps, 'db' | 'repositoryHost' | 'sandboxes'>,
  caller: Caller,
  choice: RepositoryChoice,
): Promise<ResolvedRepository> {
  const known = await findRepositoriesOf(deps.db, caller.person.id);
  const repository =
    'id' in choice
      ? known.find(({ id }) => id === choice.id)
      : known.find(({ url, name }) => url === choice.address || name === choice.address);
  if (repository) {
    const { branches } = await deps.repositoryHost.describe(repository.url);
    return { repository: { ...repository, teamId: TeamId.parse(repository.teamId) }, branches };
  }
  if ('id' in choice) throw new AppError('repository_not_found', 'Your teams have no such repository.');
  return addRepository(deps, caller, choice.address.trim());
}

async function addRepository(
  deps: Pick<Deps, 'db' | 'repositoryHost' | 'sandboxes'>,
  caller: Caller,
  address: string,
): Promise<ResolvedRepository> {
  const kind = isPath(address) ? 'local' : 'git';
  if (kind === 'local' && !(await deps.sandboxes.capabilities()).localRepositories) {
    throw new AppError('bad_input', 'A folder of this machine can only be opened on the machine itself.');
  }
  const teams = await findTeamsOf(deps.db, caller.person.id);
  const team = teams.find(({ role }) => hasRight(role, 'prompt'));
  if (!team) {
    throw new AppError('forbidden', 'There is no team that you may add a repository to.');
  }
  const remote = await deps.repositoryHost.describe(address);
  const repository = await saveRepository(deps.db, {
    teamId: team.id,
    kind,
    name: nameOf(address),
    url: address,
    defaultBranch: remote.defaultBranch,
  });
  return { repository: { ...repository, teamId: team.id }, branches: remote.branches };
}

export function isPath(address: string): boolean {
  return address.startsWith('/');
}

/** `https://host/acme/web.git` is called `acme/web`; a folder is called by its own name. */
function nameOf(address: string): string {
  const path = isPath(address) ? address : new URL(address).pathname;
  const parts = path
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .split('/')
    .filter((part) => part !== '');
  return parts.slice(isPath(address) ? -1 : -2).join('/') || 'repository';
}
