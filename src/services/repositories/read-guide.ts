import { findRepositoriesOf } from '@/db/repositories';
import { AppError } from '@/domain/errors';
import type { RepositoryId } from '@/domain/ids';
import type { FileAtHead } from '@/ports/repositories';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { refuseWithoutRepository } from '../github/insist-on-right';
import { readCredentials } from '../github/mint-read-token';

/** What a repository tells agents, by the convention of agents.md. */
const GUIDE_FILE = 'AGENTS.md';

export interface RepositoryGuide {
  /** The branch that its host calls the default now. */
  defaultBranch: string;
  branches: number;
  file: string;
  guide: FileAtHead;
}

/**
 * Asks a repository's host for its default branch and for AGENTS.md at its head. Errors: `repository_not_found` for
 * one that the caller's teams don't have, and those of its host.
 */
export async function readGuide(
  deps: Pick<Deps, 'db' | 'repositoryHost' | 'github'>,
  caller: Caller,
  repositoryId: RepositoryId,
): Promise<RepositoryGuide> {
  const known = await findRepositoriesOf(deps.db, caller.person.id);
  const repository = known.find(({ id }) => id === repositoryId);
  if (!repository) throw new AppError('repository_not_found', 'Your teams have no such repository.');
  await refuseWithoutRepository(deps, caller, repository);
  const credentials = await readCredentials(deps, repository);
  const { defaultBranch, branches } = await deps.repositoryHost.describe(repository.url, credentials);
  const at = { branch: defaultBranch, file: GUIDE_FILE };
  const guide = await deps.repositoryHost.readFile(repository.url, at, credentials);
  return { defaultBranch, branches: branches.length, file: GUIDE_FILE, guide };
}
