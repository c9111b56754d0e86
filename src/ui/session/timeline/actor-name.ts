import type { Actor, ClientKind } from '@/domain/events/actor';

/** Who did something, as one says it. */
export function nameOf(actor: Actor | null): string {
  if (actor?.type === 'user') return actor.name;
  return actor?.type === 'agent' ? 'the agent' : 'Dispatch';
}

const CLIENTS = {
  web: null,
  cli: 'from a terminal',
  slack: 'from Slack',
  github: 'from GitHub',
  api: 'through the API',
} satisfies Record<ClientKind, string | null>;

/** From where, when that is not this kind of page. */
export function clientOf(actor: Actor | null): string | null {
  return actor?.type === 'user' ? CLIENTS[actor.via] : null;
}
