import { findTeamsOf, joinTeams } from '@/db/people';
import { saveRepository } from '@/db/repositories';
import type { Deps } from '../deps';

/**
 * Takes in somebody who signed in: they join the teams that invited their login, or get one of their own, which is
 * given the demo repository where the deployment has one.
 */
export async function welcome(
  deps: Pick<Deps, 'db'>,
  user: { id: string; login: string; name: string },
  demo: { url: string; name: string; defaultBranch: string } | null,
): Promise<void> {
  await joinTeams(deps.db, user);
  if (!demo) return;
  for (const team of await findTeamsOf(deps.db, user.id)) {
    await saveRepository(deps.db, { teamId: team.id, kind: 'demo', ...demo });
  }
}
