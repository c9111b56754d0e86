import { createHmac } from 'node:crypto';

/** A ticket as its bridge checks it: signed under `key`, the sandbox's token, for one `context` alone. */
export function sealTicket(key: string, context: string, ticket: object): string {
  const payload = Buffer.from(JSON.stringify(ticket)).toString('base64url');
  return `${payload}.${createHmac('sha256', key).update(`${context}|${payload}`).digest('base64url')}`;
}
