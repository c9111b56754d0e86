import type { ClientKind } from '../events/actor';
import { MAX_PRESENT } from '../wire/realtime';
import type { ClientHere } from './presence-roll';
import type { PresenceSnapshot } from './session-presence';

const CLIENT_WORDS = {
  web: 'on the web',
  cli: 'in a terminal',
  slack: 'in Slack',
  github: 'on GitHub',
  api: 'through the API',
} as const satisfies Record<ClientKind, string>;

/** Where somebody is, such as `on the web (idle), in a terminal`; in every client the same words. */
export function clientsWords(clients: readonly ClientHere[]): string {
  return clients.map(({ via, isIdle }) => `${CLIENT_WORDS[via]}${isIdle ? ' (idle)' : ''}`).join(', ');
}

/** How many are here, in a word: `90+` for so many that not everybody is counted. */
export function countWords(state: PresenceSnapshot['state'], count: number): string {
  return state === 'full' || count > MAX_PRESENT ? `${MAX_PRESENT}+` : String(count);
}
