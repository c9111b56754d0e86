import type { ClientKind } from '@/domain/events/actor';
import type { ClientHere } from '@/domain/sync/presence-roll';

/** Where somebody is who uses such a client. */
export const CLIENT_WORDS = {
  web: 'on the web',
  cli: 'in a terminal',
  slack: 'in Slack',
  github: 'on GitHub',
  api: 'through the API',
} as const satisfies Record<ClientKind, string>;

/** Where somebody is who is here, such as `on the web (idle), in a terminal`. */
export function clientsWords(clients: readonly ClientHere[]): string {
  return clients.map(({ via, isIdle }) => `${CLIENT_WORDS[via]}${isIdle ? ' (idle)' : ''}`).join(', ');
}
