import type { TeamRole } from '@/domain/access/roles';
import type { SessionRole } from '@/domain/access/session-role';
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
  /** In this session; null for whoever took no part yet. */
  part: SessionRole | null;
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
  parts: ReadonlyMap<string, SessionRole>;
  nowMs: number;
}

/** Nobody sees who reads along in Slack: whoever spoke there within this time counts as here. */
const SLACK_MS = 10 * 60_000;

/** Who is here and who spoke before; each person stands in one of the two. Oneself first, then by name or time. */
export function peopleOf({ people, items, roles, parts, nowMs }: Known): {
  here: PersonRow[];
  before: PersonRow[];
} {
  const speakers = new Map(speakersOf(items).map((speaker) => [speaker.userId, speaker]));
  const here = people.map(({ userId, name, isMe, clients, isIdle }): PersonRow => {
    const { said = 0, lastAt = null } = speakers.get(userId) ?? {};
    const [role, part] = [roles.get(userId) ?? null, parts.get(userId) ?? null];
    return { userId, name, isMe, clients, isIdle, said, lastAt, role, part };
  });
  const before: PersonRow[] = [];
  for (const speaker of speakers.values()) {
    if (people.some(({ userId }) => userId === speaker.userId)) continue;
    const { userId } = speaker;
    const row = rowOf(speaker, { role: roles.get(userId) ?? null, part: parts.get(userId) ?? null });
    if (isInSlack(speaker, nowMs)) here.push({ ...row, clients: [IN_SLACK] });
    else before.push(row);
  }
  here.sort((a, b) => Number(b.isMe) - Number(a.isMe) || a.name.localeCompare(b.name));
  return { here, before };
}

const IN_SLACK: ClientHere = { via: 'slack', isIdle: false };

function isInSlack({ clients, lastAt }: Speaker, nowMs: number): boolean {
  return clients[0] === 'slack' && nowMs - Date.parse(lastAt) < SLACK_MS;
}

function rowOf(
  { userId, name, clients, said, lastAt }: Speaker,
  known: Pick<PersonRow, 'role' | 'part'>,
): PersonRow {
  const used = clients.map((via) => ({ via, isIdle: false }));
  return { ...{ userId, name, said, lastAt }, ...known, isMe: false, clients: used, isIdle: false };
}
