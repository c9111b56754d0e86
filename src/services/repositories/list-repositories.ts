import { findRepositoriesOf, type RepositoryRecord } from '@/db/repositories';
import type { Caller } from '../caller';
import { type MayAskGitHub, maySee } from '../github/insist-on-right';

/** The repositories of the caller's teams, without those at GitHub that they may not see there; the demo first, then by name. */
export async function listRepositories(deps: MayAskGitHub, caller: Caller): Promise<RepositoryRecord[]> {
  const known = await findRepositoriesOf(deps.db, caller.person.id);
  const isSeen = await Promise.all(known.map((repository) => maySee(deps, caller, repository)));
  const repositories = known.filter((_, index) => isSeen[index]);
  return repositories.sort((a, b) => Number(b.kind === 'demo') - Number(a.kind === 'demo'));
}
