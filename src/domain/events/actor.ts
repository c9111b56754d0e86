import { z } from 'zod';
import { UserId } from '../ids';

/** The client that somebody used; shown beside their name. */
export const ClientKind = z.enum(['web', 'cli', 'slack', 'github', 'api']);
export type ClientKind = z.infer<typeof ClientKind>;

/** Who made an event happen. */
export const Actor = z.discriminatedUnion('type', [
  z.object({ type: z.literal('user'), userId: UserId, name: z.string().max(200), via: ClientKind }),
  z.object({ type: z.literal('agent') }),
  z.object({ type: z.literal('system') }),
]);
export type Actor = z.infer<typeof Actor>;

export const SYSTEM: Actor = { type: 'system' };
export const AGENT: Actor = { type: 'agent' };

/** A stable name for an actor, unique among actors: the second half of a command's identity. */
export function actorKey(actor: Actor): string {
  return actor.type === 'user' ? `user:${actor.userId}` : actor.type;
}
