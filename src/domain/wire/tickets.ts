import { z } from 'zod';
import { Epoch, SessionId } from '../ids';

/**
 * What lets a browser in at the listener of a session's bridge. The server signs a ticket under the token of that
 * sandbox's life, so a bridge checks it alone and one of another life means nothing to it. Handed over once, within
 * its first minute, it becomes a grant in a cookie of that origin.
 */

/** Seconds within which a ticket has to be handed over. */
export const TICKET_SECONDS = 60;
/** Seconds that a browser is let in without asking the server anew: so long a right that was taken away may still hold. */
export const GRANT_SECONDS = 300;

/** The query parameter that carries a ticket, and the cookie that carries the grant. */
export const TICKET_PARAMETER = 'dispatch_ticket';
export const GRANT_COOKIE = 'dispatch_grant';

/** Begins what is signed, so that nothing else that is signed under the same key passes for it. */
export const TICKET_CONTEXT = 'dispatch-ticket-1';
export const GRANT_CONTEXT = 'dispatch-grant-1';

export const Port = z.number().int().min(1).max(65_535);

export const Ticket = z.object({
  /** Each is taken once. */
  nonce: z.uuid(),
  sessionId: SessionId,
  epoch: Epoch,
  userId: z.string(),
  purpose: z.literal('preview'),
  /** The port inside that it opens, and no other. */
  port: Port,
  /** Where it is to be handed over: scheme, host and port. */
  origin: z.url(),
  /** The page of Dispatch that gives another one once this is over. */
  renewUrl: z.url(),
  /** Seconds since 1970. */
  expiresAt: z.number().int(),
});
export type Ticket = z.infer<typeof Ticket>;
