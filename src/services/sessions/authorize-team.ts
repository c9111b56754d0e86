import { findTeamsOf } from '@/db/people';
import { hasRight } from '@/domain/access/roles';
import { AppError } from '@/domain/errors';
import type { TeamId } from '@/domain/ids';
import type { Caller } from '../caller';
import type { Deps } from '../deps';

/** Whoever starts a session in a team has to be more than a viewer of it. Errors: `forbidden`. */
export async function authorizeTeam(deps: Pick<Deps, 'db'>, caller: Caller, teamId: TeamId): Promise<void> {
  const team = (await findTeamsOf(deps.db, caller.person.id)).find(({ id }) => id === teamId);
  if (hasRight(team?.role ?? null, 'prompt')) return;
  throw new AppError('forbidden', 'As a viewer of this team you can watch sessions, not start them.');
}
