import type { Actor, ClientKind } from '@/domain/events/actor';
import { cutText } from '@/domain/events/text-hygiene';
import type { Person } from '@/db/people';

/** A signed-in person, with the client that they use. */
export interface Caller {
  person: Person;
  via: ClientKind;
}

/** The caller as the log names them; a name that is longer than the log takes is cut. */
export function actorOf({ person, via }: Caller): Actor {
  return { type: 'user', userId: person.id, name: cutText(person.name, 200), via };
}
