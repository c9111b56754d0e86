import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { TeamRole } from '@/domain/access/roles';
import type { SessionId } from '@/domain/ids';
import { clientsWords, countWords } from '@/domain/sync/presence-words';
import { Face } from '../../kit/face';
import { plural } from '../../kit/format';
import { Mark } from '../../kit/mark';
import { Time } from '../../kit/time';
import { useNow } from '../../kit/use-now';
import { useTRPCClient } from '../../live/trpc';
import type { PanelProps } from '../layout/side-panel';
import { peopleOf, type PersonRow } from './people-of';
import { PartChoice } from './part-choice';
import { usePresence } from './use-presence';

const CLOCK_STEP_MS = 30_000;

/** Who is in this session now and with what, and who spoke in it before. */
export function PeoplePanel({ sessionId, view: { items, accessVersion, session } }: PanelProps) {
  const presence = usePresence(sessionId);
  const roles = useRoles(sessionId, accessVersion);
  const nowMs = useNow(CLOCK_STEP_MS) ?? 0;
  const { people } = presence;
  const { members } = session;
  const parts = useMemo(
    () => new Map(members.map(({ userId, role }) => [userId as string, role])),
    [members],
  );
  const { here, before } = useMemo(
    () => peopleOf({ people, items, roles, parts, nowMs }),
    [people, items, roles, parts, nowMs],
  );
  return (
    <div className="min-h-0 flex-1 overflow-y-auto p-4 text-sm">
      <section aria-labelledby="people-here">
        <h2 id="people-here" className="flex items-baseline gap-2 font-semibold">
          Here now
          {here.length > 0 || presence.state === 'full' ? (
            <span className="tabular text-xs font-normal text-muted">
              {countWords(presence.state, here.length)}
            </span>
          ) : null}
        </h2>
        {presence.state === 'connecting' && (
          <p role="status" className="mt-1 text-muted">
            {people.length > 0 ? 'Not connected: this is who was here last.' : 'Looking who is here…'}
          </p>
        )}
        {presence.state === 'full' && (
          <p className="mt-1 text-muted">
            So many people are here that they are not listed one by one. What happens still shows at once.
          </p>
        )}
        <People label="Here now" rows={here} />
      </section>
      {before.length > 0 && (
        <section aria-labelledby="people-before" className="mt-5">
          <h2 id="people-before" className="font-semibold">
            Spoke before
          </h2>
          <People label="Spoke before" rows={before} />
        </section>
      )}
    </div>
  );
}

function People({ label, rows }: { label: string; rows: readonly PersonRow[] }) {
  if (rows.length === 0) return null;
  return (
    <ul aria-label={label} className="mt-1.5">
      {rows.map((row) => (
        <Person key={row.userId} row={row} />
      ))}
    </ul>
  );
}

function Person({ row }: { row: PersonRow }) {
  const { userId, name, isMe, role, clients, isIdle, said, lastAt } = row;
  const where = clientsWords(clients);
  return (
    <li className="flex items-center gap-2 py-1.5" data-idle={isIdle}>
      <Mark shape={isIdle ? 'ring' : 'dot'} tone={isIdle ? 'muted' : 'ok'} />
      <Face id={userId} name={name} />
      <span className="min-w-0">
        <span className="block truncate" title={name}>
          <span className="font-medium">{name}</span>
          {isMe && ' (you)'}
          {role !== null && <span className="text-muted"> · {role}</span>}
        </span>
        <PartChoice row={row} />
        <span className="block truncate text-xs text-muted" title={where}>
          {where}
        </span>
      </span>
      <span className="ml-auto shrink-0 text-right text-xs text-muted">
        {said > 0 && plural(said, 'prompt')}
        {lastAt !== null && (
          <span className="block">
            <Time at={lastAt} />
          </span>
        )}
      </span>
    </li>
  );
}

/** Roles change with the rights, and are asked for again then. */
function useRoles(sessionId: SessionId, accessVersion: number): ReadonlyMap<string, TeamRole> {
  const client = useTRPCClient();
  const { data } = useQuery({
    queryKey: ['people', sessionId, accessVersion],
    queryFn: ({ signal }) => client.sessions.people.query({ sessionId }, { signal }),
  });
  return useMemo(() => new Map((data?.members ?? []).map(({ userId, role }) => [userId, role])), [data]);
}
