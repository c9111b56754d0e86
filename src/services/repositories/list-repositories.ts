import { findRepositoriesOf, type RepositoryRecord } from '@/db/repositories';
import type { Caller } from '../caller';
import type { Deps } from '../deps';

/** The repositories of the caller's teams, the demo first, then by name. */
export async function listRepositories(deps: Pick<Deps, 'db'>, caller: Caller): Promise<RepositoryRecord[]> {
  const repositories = await findRepositoriesOf(deps.db, caller.person.id);
  return repositories.sort((a, b) => Number(b.kind === 'demo') - Number(a.kind === 'demo'));
}
