import { z } from 'zod';

/**
 * What somebody is in one session, within what their team lets them do: a driver decides who takes part, a participant
 * speaks to the agent, a viewer watches.
 */
export const SessionRole = z.enum(['driver', 'participant', 'viewer']);
export type SessionRole = z.infer<typeof SessionRole>;
