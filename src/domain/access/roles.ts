import { z } from 'zod';

/** What a person may do in a team; each role includes the ones after it. */
export const TeamRole = z.enum(['owner', 'admin', 'member', 'viewer']);
export type TeamRole = z.infer<typeof TeamRole>;

/** What can be asked of a session. */
export type SessionRight = 'see' | 'prompt' | 'steer' | 'administer';

const RIGHTS: Record<TeamRole, readonly SessionRight[]> = {
  owner: ['see', 'prompt', 'steer', 'administer'],
  admin: ['see', 'prompt', 'steer', 'administer'],
  member: ['see', 'prompt', 'steer'],
  viewer: ['see'],
};

/** Whether somebody with this role in the session's team (null: none) has a right in the session. */
export function hasRight(role: TeamRole | null, right: SessionRight): boolean {
  return role !== null && RIGHTS[role].includes(right);
}

/** All that somebody with this role may do in a session of the team. */
export function rightsOf(role: TeamRole): readonly SessionRight[] {
  return RIGHTS[role];
}
