import { whoIsHere } from '@/db/presence';
import { findSession } from '@/db/sessions';
import type { SessionId } from '@/domain/ids';
import { type HereMessage, MAX_INLINE_BYTES, TEAM_MESSAGES } from '@/domain/wire/realtime';
import type { Deps } from '../deps';
import { publishToTeam } from './publish-to-team';

/** Tells everybody with a list open who is in a session now, or with very many that the list is to be read again. */
export async function tellHere(
  deps: Pick<Deps, 'db' | 'realtime' | 'log'>,
  sessionId: SessionId,
): Promise<void> {
  const session = await findSession(deps.db, sessionId);
  if (!session) return;
  const here = (await whoIsHere(deps.db, [sessionId])).get(sessionId) ?? [];
  const data: HereMessage = { sessionId, here };
  const isSmall = Buffer.byteLength(JSON.stringify(data)) <= MAX_INLINE_BYTES;
  const result = await publishToTeam(
    deps,
    session.teamId,
    isSmall
      ? { event: TEAM_MESSAGES.here, data }
      : { event: TEAM_MESSAGES.sessionChanged, data: { sessionId } },
  );
  if (!result.ok) deps.log.info('who is here was not told; lists learn it when they ask', result);
}
