import type { Actor, ClientKind } from '@/domain/events/actor';
import type { Person } from '@/db/people';

/** A signed-in person, with the client that they use. */
export interface Caller {
  person: Person;
  via: ClientKind;
}

export function actorOf({ person, via }: Caller): Actor {
  return { type: 'user', userId: person.id, name: person.name, via };
}
