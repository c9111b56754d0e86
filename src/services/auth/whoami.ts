import { findTeamsOf, type Person, type TeamView } from '@/db/people';
import type { Caller } from '../caller';
import type { Deps } from '../deps';

export async function whoami(
  deps: Pick<Deps, 'db'>,
  caller: Caller,
): Promise<{ person: Person; teams: TeamView[] }> {
  return { person: caller.person, teams: await findTeamsOf(deps.db, caller.person.id) };
}
