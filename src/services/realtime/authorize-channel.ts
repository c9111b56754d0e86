import { findTeamsOf } from '@/db/people';
import { findSession } from '@/db/sessions';
import { AppError } from '@/domain/errors';
import { SessionId } from '@/domain/ids';
import { parseChannel } from '@/domain/wire/realtime';
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

/** Signs a person's subscription, when they may see what is told there. An old channel name is refused. */
export async function authorizeChannel(
  deps: Pick<Deps, 'db' | 'realtime'>,
  caller: Caller,
  { socketId, channel }: Subscription,
): Promise<{ auth: string; channel_data?: string }> {
  const parsed = parseChannel(channel);
  if (parsed?.type === 'session') {
    const sessionId = SessionId.safeParse(parsed.sessionId);
    if (!sessionId.success) throw refused();
    const session = await authorizeSession(deps, { caller, sessionId: sessionId.data, right: 'see' });
    if (session.accessVersion !== parsed.accessVersion) throw refused();
    return deps.realtime.authorize({ socketId, channel });
  }
  if (parsed?.type === 'team') {
    const teams = await findTeamsOf(deps.db, caller.person.id);
    if (teams.some(({ id }) => id === parsed.teamId)) return deps.realtime.authorize({ socketId, channel });
  }
  throw refused();
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
