import type { Appended } from '@/db/append';
import { claimTelling, findSessionRow } from '@/db/session-rows';
import { messageOf } from '@/domain/errors';
import type { LoggedEvent } from '@/domain/events/logged-event';
import type { SessionId, TeamId } from '@/domain/ids';
import { doingAfter } from '@/domain/session/doing';
import { isListed } from '@/domain/session/listed';
import { MAX_INLINE_BYTES, TEAM_MESSAGES, teamChannel } from '@/domain/wire/realtime';
import type { SessionChangedMessage } from '@/domain/wire/session-row';
import type { Deps } from '../deps';

type Telling = Pick<Deps, 'db' | 'realtime' | 'log' | 'defer'>;

interface Listed {
  id: SessionId;
  teamId: TeamId;
}

/** What an agent does in passing is told at most this often, a session: each message costs, and goes to everybody. */
const DOING_EVERY_MS = 1_000;

/**
 * Tells everybody with a list open how a session looks after these events, when it looks different. Never throws: the
 * events are committed, and a list that was not told learns when it asks.
 */
export async function tellList(
  deps: Telling,
  session: Listed,
  { events, lastSeq, isListOpen }: Pick<Appended, 'events' | 'lastSeq' | 'isListOpen'>,
): Promise<void> {
  if (isListed(events)) {
    await quietly(deps, () => sendRow(deps, session, TEAM_MESSAGES.sessionChanged));
  } else if (isListOpen && events.some(isInPassing)) {
    // Nobody who reports waits for it.
    deps.defer(() => quietly(deps, () => tellDoing(deps, session, lastSeq)));
  }
}

async function quietly({ log }: Telling, tell: () => Promise<void>): Promise<void> {
  try {
    await tell();
  } catch (error) {
    log.info('a list could not be told; it learns when it asks', { error: messageOf(error) });
  }
}

function isInPassing({ event }: LoggedEvent): boolean {
  return doingAfter(event) !== undefined || event.kind === 'turn.step_finished';
}

/**
 * Tells what the agent does since the event `seq`, once a second at most: what comes in between is told together, when
 * the second is over. Nothing is told while nobody has a list open.
 */
async function tellDoing(deps: Telling, session: Listed, seq: number): Promise<void> {
  const telling = await claimTelling(deps.db, session.id, { seq, everyMs: DOING_EVERY_MS });
  if (telling === 'never') return;
  if (telling === 'now') return sendRow(deps, session, TEAM_MESSAGES.sessionDoing);
  const { inMs } = telling;
  await new Promise((resolve) => setTimeout(resolve, inMs));
  return tellDoing(deps, session, seq);
}

/**
 * The channel's name is read with the row, after the commit: nothing that followed a removal is told to whom it
 * removed.
 */
async function sendRow(deps: Telling, { id, teamId }: Listed, event: string): Promise<void> {
  const found = await findSessionRow(deps.db, id);
  if (!found) return;
  const whole: SessionChangedMessage = { sessionId: id, row: found.row };
  const isSmall = Buffer.byteLength(JSON.stringify(whole)) <= MAX_INLINE_BYTES;
  const channel = teamChannel(teamId, found.teamAccessVersion);
  // What not everybody on the channel may see is asked for by each, under their own rights.
  const data = isSmall && !found.isHiddenFromSome ? whole : { sessionId: id };
  const result = await deps.realtime.publish({ channel, event, data });
  if (!result.ok) deps.log.info('a list was not told; it learns when it asks', { error: result.error });
}
