import { findRepositoriesOf, saveRepository, type RepositoryRecord } from '@/db/repositories';
import { findTeamsOf } from '@/db/people';
import { hasRight } from '@/domain/access/roles';
import { AppError } from '@/domain/errors';
import { TeamId } from '@/domain/ids';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { insistOnRight, refuseWithoutRepository } from '../github/insist-on-right';
import { readCredentials } from '../github/mint-read-token';
import { fullNameAt } from '../github/full-name';

/** A repository that the team has, or one named by its address: a git URL, or a path of this machine. */
export type RepositoryChoice = { id: string } | { address: string };

type ResolveDeps = Pick<
  Deps,
  'db' | 'repositoryHost' | 'sandboxes' | 'github' | 'config' | 'realtime' | 'log' | 'sealer'
>;

export interface ResolvedRepository {
  repository: Omit<RepositoryRecord, 'teamId'> & { teamId: TeamId };
  branches: string[];
}

/**
 * Finds out what a repository is, by asking its host now. One that is new to the team is added to it.
 * Errors: `repository_not_found`, `repository_forbidden`, `repository_empty`, `bad_input`.
 */
export async function resolveRepository(
  deps: ResolveDeps,
  caller: Caller,
  choice: RepositoryChoice,
): Promise<ResolvedRepository> {
  const known = await findRepositoriesOf(deps.db, caller.person.id);
  const repository =
    'id' in choice
      ? known.find(({ id }) => id === choice.id)
      : known.find(({ url, name }) => url === choice.address || name === choice.address);
  if (repository) {
    await refuseWithoutRepository(deps, caller, repository);
    const credentials = await readCredentials(deps, repository);
    const { branches } = await deps.repositoryHost.describe(repository.url, credentials);
    return { repository: { ...repository, teamId: TeamId.parse(repository.teamId) }, branches };
  }
  if ('id' in choice) throw new AppError('repository_not_found', 'Your teams have no such repository.');
  return addRepository(deps, caller, choice.address.trim());
}

async function addRepository(
  deps: ResolveDeps,
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
  const named = (await findHosted(deps, caller, address)) ?? { kind, name: nameOf(address), url: address };
  const remote = await deps.repositoryHost.describe(named.url, await readCredentials(deps, named));
  const { defaultBranch } = remote;
  const repository = await saveRepository(deps.db, { teamId: team.id, ...named, defaultBranch });
  return { repository: { ...repository, teamId: team.id }, branches: remote.branches };
}

/** The repository when it is one that our App at GitHub was given, and the caller may read it there. */
async function findHosted(
  deps: ResolveDeps,
  caller: Caller,
  address: string,
): Promise<{ kind: 'github'; name: string; url: string } | null> {
  const { githubUrl } = deps.config;
  const fullName = fullNameAt(githubUrl, address);
  if (!deps.github || fullName === null || !(await deps.github.find(fullName))) return null;
  await insistOnRight(deps, caller, fullName);
  return { kind: 'github', name: fullName, url: `${githubUrl}/${fullName}.git` };
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
