import { forgetWhoNeverCame, notedPresence, replaceHere } from '@/db/presence';
import { findSession } from '@/db/sessions';
import { SessionId, UserId } from '@/domain/ids';
import { parseChannel, presenceChannel, PRESENCE_PREFIX } from '@/domain/wire/realtime';
import type { Deps } from '../deps';
import { tellHere } from './tell-here';

/** Rows that say what the realtime server says are doubted after this long even so. */
const TRUST_SECONDS = 10 * 60;
/** How many channels one sweep asks for at most. */
const MAX_ASKED = 50;

/**
 * Makes the rows of who is here agree with the realtime server, whose webhooks may get lost, or which may have been
 * restarted. Asks once for all channels, and for the people of those alone that differ. A server that does not answer
 * changes nothing: not knowing is no absence.
 */
export async function repairPresence(deps: Pick<Deps, 'db' | 'realtime' | 'log'>): Promise<void> {
  await forgetWhoNeverCame(deps.db);
  const channels = await deps.realtime.presenceChannels(PRESENCE_PREFIX);
  if (!channels) return;
  for (const sessionId of (await doubtful(deps, channels)).slice(0, MAX_ASKED)) {
    await repair(deps, sessionId);
  }
}

async function doubtful(
  deps: Pick<Deps, 'db'>,
  channels: { channel: string; people: number }[],
): Promise<SessionId[]> {
  const rows = await notedPresence(deps.db);
  const counted = new Map<string, number>();
  for (const { channel, people } of channels) counted.set(channel, people);
  const found = channels.flatMap(({ channel }) => {
    const parsed = parseChannel(channel);
    return parsed?.type === 'presence' ? (SessionId.safeParse(parsed.sessionId).data ?? []) : [];
  });
  return [...new Set([...rows.keys(), ...found])].filter((sessionId) => {
    const row = rows.get(sessionId);
    if (!row) return true;
    const people = counted.get(presenceChannel(sessionId, row.accessVersion)) ?? 0;
    return people !== row.people || row.unseenSeconds > TRUST_SECONDS;
  });
}

async function repair(deps: Pick<Deps, 'db' | 'realtime' | 'log'>, sessionId: SessionId): Promise<void> {
  const session = await findSession(deps.db, sessionId);
  if (!session) return;
  const { accessVersion } = session;
  const ids = await deps.realtime.peopleOn(presenceChannel(sessionId, accessVersion));
  if (!ids) return;
  const userIds = ids.flatMap((id) => UserId.safeParse(id).data ?? []);
  if (await replaceHere(deps.db, { sessionId, accessVersion, userIds })) await tellHere(deps, sessionId);
}
