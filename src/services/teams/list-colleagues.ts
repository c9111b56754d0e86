import { colleaguesOf } from '@/db/memberships';
import type { UserId } from '@/domain/ids';
import type { Caller } from '../caller';
import type { Deps } from '../deps';

const MAX_COLLEAGUES = 500;

/** Everybody who is in a team of the caller's, the caller among them, by name. */
export async function listColleagues(
  deps: Pick<Deps, 'db'>,
  { person }: Caller,
): Promise<{ userId: UserId; name: string }[]> {
  return colleaguesOf(deps.db, person.id, MAX_COLLEAGUES);
}
