import { createHmac, timingSafeEqual } from 'node:crypto';
import type { z } from 'zod';
import { TERMINAL_CONTEXT, TerminalTicket } from '@/domain/wire/terminal';
import { GRANT_CONTEXT, Ticket, TICKET_CONTEXT } from '@/domain/wire/tickets';

function signatureOf(key: string, context: string, payload: string): string {
  return createHmac('sha256', key).update(`${context}|${payload}`).digest('base64url');
}

function open<T>(
  key: string,
  { context, schema }: { context: string; schema: z.ZodType<T> },
  sealed: string,
): T | null {
  const [payload, signature, ...more] = sealed.split('.');
  if (payload === undefined || signature === undefined || more.length > 0) return null;
  const [given, wanted] = [Buffer.from(signature), Buffer.from(signatureOf(key, context, payload))];
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return null;
  try {
    return schema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  } catch {
    // Signed by a server of another version: no ticket that this bridge knows.
    return null;
  }
}

/** The ticket, when this sandbox's server signed it; null otherwise. Whether it is still good is not asked here. */
export const openTicket = (key: string, sealed: string): Ticket | null =>
  open(key, { context: TICKET_CONTEXT, schema: Ticket }, sealed);

/** The same of a ticket to the terminal. */
export const openTerminalTicket = (key: string, sealed: string): TerminalTicket | null =>
  open(key, { context: TERMINAL_CONTEXT, schema: TerminalTicket }, sealed);

/** The grant that `sealGrant` made; null for anything else. */
export const openGrant = (key: string, sealed: string): Ticket | null =>
  open(key, { context: GRANT_CONTEXT, schema: Ticket }, sealed);

/** A grant as a cookie holds it. */
export function sealGrant(key: string, grant: Ticket): string {
  const payload = Buffer.from(JSON.stringify(grant)).toString('base64url');
  return `${payload}.${signatureOf(key, GRANT_CONTEXT, payload)}`;
}
