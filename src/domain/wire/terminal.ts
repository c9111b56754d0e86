import { z } from 'zod';
import { Ticket } from './tickets';

/**
 * The shared terminal of a session's sandbox: a WebSocket to the bridge's listener. What the shell prints, and what its
 * driver types, are binary frames as they are; everything else is a text frame with one of these messages.
 */

/** Where at the listener. */
export const TERMINAL_PATH = '/.dispatch/terminal';

/** Begins what is signed: a ticket to a page is none to the terminal. */
export const TERMINAL_CONTEXT = 'dispatch-terminal-1';

/** Lets one person in, once, within its first minute; `origin` is the app's, where a browser comes from. */
export const TerminalTicket = Ticket.pick({
  nonce: true,
  sessionId: true,
  epoch: true,
  userId: true,
  origin: true,
  expiresAt: true,
}).extend({ name: z.string(), mayDrive: z.boolean() });
export type TerminalTicket = z.infer<typeof TerminalTicket>;

/** In characters. */
export const TerminalSize = z.object({
  cols: z.number().int().min(2).max(500),
  rows: z.number().int().min(1).max(300),
});
export type TerminalSize = z.infer<typeof TerminalSize>;

/** What a client says. `renew` brings another ticket of the same person before the visit is over. */
export const ToTerminal = z.discriminatedUnion('type', [
  z.object({ type: z.literal('drive') }),
  z.object({ type: z.literal('release') }),
  TerminalSize.extend({ type: z.literal('resize') }),
  z.object({ type: z.literal('restart') }),
  z.object({ type: z.literal('renew'), ticket: z.string().max(4_000) }),
]);
export type ToTerminal = z.infer<typeof ToTerminal>;

const Driver = z.object({ userId: z.string(), name: z.string(), isYou: z.boolean() }).nullable();

/**
 * What the bridge says: how things stand, first and after each change. `isRunning` is false once the shell ended; the
 * first one is followed by what was printed lately.
 */
export const FromTerminal = z.discriminatedUnion('type', [
  TerminalSize.extend({
    type: z.literal('state'),
    driver: Driver,
    mayDrive: z.boolean(),
    isRunning: z.boolean(),
    /** How many look on. */
    people: z.number().int(),
  }),
  z.object({ type: z.literal('failed'), message: z.string() }),
]);
export type FromTerminal = z.infer<typeof FromTerminal>;

/** Why the bridge closed: the visit is over, or this client took too little of what was printed. */
export const TERMINAL_CLOSE = { over: 4_001, slow: 4_002, gone: 4_003 } as const;
