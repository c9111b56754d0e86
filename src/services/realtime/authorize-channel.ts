import { findTeamsOf } from '@/db/people';
import { noteJoining } from '@/db/presence';
import { setTeamWatchers } from '@/db/session-rows';
import { findSession, type SessionRecord } from '@/db/sessions';
import { AppError } from '@/domain/errors';
import { cutText } from '@/domain/events/text-hygiene';
import { SessionId } from '@/domain/ids';
import { MAX_PRESENT, type MemberInfo, parseChannel } from '@/domain/wire/realtime';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import type { SandboxIdentity } from '../sandboxes/sandbox-token';
import { authorizeSession } from '../sessions/authorize-session';

interface Subscription {
  socketId: string;
  channel: string;
}

function refused(): AppError {
  return new AppError('forbidden', 'You may not listen on this channel.');
}

/**
 * Signs a person's subscription, when they may see what is told there. Errors: `forbidden` for an old name of a
 * channel too; `rate_limited` for who is here when so many are that no further client joins them.
 */
export async function authorizeChannel(
  deps: Pick<Deps, 'db' | 'realtime'>,
  caller: Caller,
  { socketId, channel }: Subscription,
): Promise<{ auth: string; channel_data?: string }> {
  const parsed = parseChannel(channel);
  switch (parsed?.type) {
    case 'session':
      await presentSession(deps, caller, parsed);
      return deps.realtime.authorize({ socketId, channel });
    case 'presence': {
      const { id: sessionId } = await presentSession(deps, caller, parsed);
      return deps.realtime.authorize({ socketId, channel, member: await joining(deps, caller, sessionId) });
    }
    case 'team': {
      const { teamId, accessVersion } = parsed;
      const team = (await findTeamsOf(deps.db, caller.person.id)).find(({ id }) => id === teamId);
      if (team?.accessVersion !== accessVersion) throw refused();
      // Before the webhook says so: what happens from now on is to be told.
      await setTeamWatchers(deps.db, team.id, { accessVersion, watchers: 1 });
      return deps.realtime.authorize({ socketId, channel });
    }
    case 'sandbox':
    case undefined:
      throw refused();
  }
}

/** The session that a channel belongs to, when the caller may see it and the name is the present one. */
async function presentSession(
  deps: Pick<Deps, 'db'>,
  caller: Caller,
  named: { sessionId: string; accessVersion: number },
): Promise<SessionRecord> {
  const sessionId = SessionId.safeParse(named.sessionId);
  if (!sessionId.success) throw refused();
  const session = await authorizeSession(deps, { caller, sessionId: sessionId.data, right: 'see' });
  if (session.accessVersion !== named.accessVersion) throw refused();
  return session;
}

/** What the others are told of a newcomer. All clients of a person are one member, so its id is the person's. */
async function joining(
  deps: Pick<Deps, 'db'>,
  { person, via }: Caller,
  sessionId: SessionId,
): Promise<{ id: string; info: MemberInfo }> {
  const { id: userId, name, login } = person;
  const hasRoom = await noteJoining(deps.db, { sessionId, userId, via, room: MAX_PRESENT });
  if (!hasRoom) throw new AppError('rate_limited', `More than ${MAX_PRESENT} people are in this session.`);
  // Pusher takes 1,024 bytes of it, and a character may become six.
  return { id: userId, info: { name: cutText(name, 100), login: login && cutText(login, 39), via } };
}

/** Signs a bridge's subscription to the doorbell of its own epoch, and to nothing else. */
export async function authorizeSandboxChannel(
  deps: Pick<Deps, 'db' | 'realtime'>,
  identity: SandboxIdentity,
  { socketId, channel }: Subscription,
): Promise<{ auth: string; channel_data?: string }> {
  const parsed = parseChannel(channel);
  const isOwn =
    parsed?.type === 'sandbox' && parsed.sessionId === identity.sessionId && parsed.epoch === identity.epoch;
  if (!isOwn) throw refused();
  const session = await findSession(deps.db, identity.sessionId);
  if (session?.epoch !== identity.epoch || session.isArchived)
    throw new AppError('epoch_over', `Epoch ${identity.epoch} is over.`);
  return deps.realtime.authorize({ socketId, channel });
}
