import type { TeamRole } from '@/domain/access/roles';
import type { ClientHere, PersonHere } from '@/domain/sync/presence-roll';
import type { TimelineItem } from '@/domain/timeline/items';
import { type Speaker, speakersOf } from './spoke';

/** Somebody in the panel of people. */
export interface PersonRow {
  userId: string;
  name: string;
  isMe: boolean;
  /** In the session's team; null while that is not known, and for who is not in it any more. */
  role: TeamRole | null;
  /** With what they are here; with what they spoke, for who is not. */
  clients: readonly ClientHere[];
  isIdle: boolean;
  said: number;
  /** When they last said something; ISO 8601, null for never. */
  lastAt: string | null;
}

interface Known {
  people: readonly PersonHere[];
  items: readonly TimelineItem[];
  roles: ReadonlyMap<string, TeamRole>;
  nowMs: number;
}

/** Nobody sees who reads along in Slack: whoever spoke there within this time counts as here. */
const SLACK_MS = 10 * 60_000;

/** Who is here and who spoke before; each person stands in one of the two. Oneself first, then by name or time. */
export function peopleOf({ people, items, roles, nowMs }: Known): { here: PersonRow[]; before: PersonRow[] } {
  const speakers = new Map(speakersOf(items).map((speaker) => [speaker.userId, speaker]));
  const here = people.map(({ userId, name, isMe, clients, isIdle }): PersonRow => {
    const { said = 0, lastAt = null } = speakers.get(userId) ?? {};
    return { ...{ userId, name, isMe, clients, isIdle, said, lastAt }, role: roles.get(userId) ?? null };
  });
  const before: PersonRow[] = [];
  for (const speaker of speakers.values()) {
    if (people.some(({ userId }) => userId === speaker.userId)) continue;
    const role = roles.get(speaker.userId) ?? null;
    if (isInSlack(speaker, nowMs)) here.push({ ...rowOf(speaker, role), clients: [IN_SLACK] });
    else before.push(rowOf(speaker, role));
  }
  here.sort((a, b) => Number(b.isMe) - Number(a.isMe) || a.name.localeCompare(b.name));
  return { here, before };
}

const IN_SLACK: ClientHere = { via: 'slack', isIdle: false };

function isInSlack({ clients, lastAt }: Speaker, nowMs: number): boolean {
  return clients[0] === 'slack' && nowMs - Date.parse(lastAt) < SLACK_MS;
}

function rowOf({ userId, name, clients, said, lastAt }: Speaker, role: TeamRole | null): PersonRow {
  const used = clients.map((via) => ({ via, isIdle: false }));
  return { ...{ userId, name, role, said, lastAt }, isMe: false, clients: used, isIdle: false };
}
