import type { ClientKind } from '@/domain/events/actor';
import { Face } from '../kit/face';
import type { ListedSession } from './use-sessions';

const CLIENTS = {
  web: 'web',
  cli: 'terminal',
  slack: 'Slack',
  github: 'GitHub',
  api: 'API',
} as const satisfies Record<ClientKind, string>;

/** How many faces have room in a row. */
const SHOWN = 3;

interface Somebody {
  id: string;
  name: string;
  isHere: boolean;
  clients: readonly ClientKind[];
}

/** Who is in a session now and with what, before those who spoke in it before. */
function peopleOf({ here, people }: Pick<ListedSession, 'here' | 'people'>): Somebody[] {
  const present = here.map(({ userId, name, clients }) => ({ id: userId, name, isHere: true, clients }));
  const others = people
    .filter(({ userId }) => here.every((somebody) => somebody.userId !== userId))
    .map(({ userId, name, via }) => ({ id: userId, name, isHere: false, clients: [via] }));
  return [...present, ...others];
}

/** The people of a row as faces: a dot on those who are there now, a word for a client that is not the web. */
export function RowPeople({ session }: { session: ListedSession }) {
  const people = peopleOf(session);
  const shown = people.slice(0, SHOWN);
  const clients = [...new Set(shown.flatMap((somebody) => somebody.clients))].filter(
    (kind) => kind !== 'web',
  );
  return (
    <span className="flex min-w-0 items-center gap-1 text-xs text-muted">
      <span className="sr-only">{people.map(wordsOf).join(', ')}</span>
      {shown.map(({ id, name, isHere, clients: used }) => (
        <span
          key={id}
          aria-hidden
          title={wordsOf({ id, name, isHere, clients: used })}
          className="relative flex"
        >
          <Face id={id} name={name} />
          {isHere && (
            <span className="absolute -right-0.5 -bottom-0.5 size-2 rounded-full border border-bg bg-ok" />
          )}
        </span>
      ))}
      {people.length > SHOWN && <span aria-hidden>+{people.length - SHOWN}</span>}
      {clients.length > 0 && (
        <span aria-hidden className="truncate">
          {clients.map((kind) => CLIENTS[kind]).join(', ')}
        </span>
      )}
    </span>
  );
}

function wordsOf({ name, isHere, clients }: Somebody): string {
  const used = clients.map((kind) => CLIENTS[kind]).join(', ');
  return `${name}${isHere ? ' is here' : ''}${used === '' ? '' : ` (${used})`}`;
}
