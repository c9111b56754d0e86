import type { ClientKind } from '@/domain/events/actor';
import { Face } from '../../kit/face';
import { plural } from '../../kit/format';
import { Time } from '../../kit/time';
import type { PanelProps } from '../layout/side-panel';
import { speakersOf } from './spoke';

const CLIENTS = {
  web: 'on the web',
  cli: 'from a terminal',
  slack: 'from Slack',
  github: 'from GitHub',
  api: 'through the API',
} satisfies Record<ClientKind, string>;

/** Who has said something in this session, and from where. */
export function PeoplePanel({ view: { items } }: PanelProps) {
  const speakers = speakersOf(items);
  if (speakers.length === 0) return <p className="p-4 text-muted">Nobody has said anything here yet.</p>;
  return (
    <ul aria-label="Who spoke" className="min-h-0 flex-1 overflow-y-auto p-4">
      {speakers.map(({ userId, name, clients, said, lastAt }) => (
        <li key={userId} className="flex items-center gap-2 py-1 text-sm">
          <Face id={userId} name={name} />
          <span className="font-medium">{name}</span>
          <span className="min-w-0 flex-1 truncate text-muted">
            {plural(said, 'prompt')} {clients.map((client) => CLIENTS[client]).join(', ')}
          </span>
          <Time at={lastAt} />
        </li>
      ))}
    </ul>
  );
}
