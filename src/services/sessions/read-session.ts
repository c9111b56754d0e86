import { eventsAfter, eventsBetween, pageStart, promptTextsBefore } from '@/db/events';
import { findPartTexts, type PartTextView } from '@/db/part-texts';
import { rightsOf, type SessionRight } from '@/domain/access/roles';
import { AppError } from '@/domain/errors';
import type { LoggedEvent } from '@/domain/events/logged-event';
import { PartId, type PromptId, type SessionId } from '@/domain/ids';
import { digestOf } from '@/domain/timeline/digest';
import { REDUCER_VERSION } from '@/domain/timeline/timeline';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { authorizeSession } from './authorize-session';
import { viewSession, type SessionView } from './session-view';

/** How many events a page holds, about: it is cut where a turn starts. */
const PAGE = 200;

export interface SessionPage {
  session: SessionView;
  /** What the one who asks may do in it. */
  rights: readonly SessionRight[];
  head: number;
  events: LoggedEvent[];
  hasOlder: boolean;
}

type Reading = Pick<Deps, 'db'>;

/** Opens a session: its head and the last page of its log. Costs the same whatever the log's length. */
export async function openSession(deps: Reading, caller: Caller, sessionId: SessionId): Promise<SessionPage> {
  const session = await authorizeSession(deps, { caller, sessionId, right: 'see' });
  const waiting = session.state.queue.map(({ promptId }) => promptId);
  const page = await pageBefore(deps, sessionId, { before: session.lastSeq + 1, shown: waiting });
  const rights = rightsOf(session.role);
  return { session: viewSession(session), rights, head: session.lastSeq, ...page };
}

/** The events after `after`, and where the log ends: ask again while `events` does not reach `head`. */
export async function readAfter(
  deps: Reading,
  caller: Caller,
  { sessionId, after, limit }: { sessionId: SessionId; after: number; limit: number },
): Promise<{ events: LoggedEvent[]; head: number; accessVersion: number }> {
  const session = await authorizeSession(deps, { caller, sessionId, right: 'see' });
  const events = await eventsAfter(deps.db, sessionId, { after, limit });
  const head = Math.max(session.lastSeq, events.at(-1)?.seq ?? 0);
  return { events, head, accessVersion: session.accessVersion };
}

/** The page of events before `before`. */
export async function readBefore(
  deps: Reading,
  caller: Caller,
  { sessionId, before }: { sessionId: SessionId; before: number },
): Promise<{ events: LoggedEvent[]; hasOlder: boolean }> {
  await authorizeSession(deps, { caller, sessionId, right: 'see' });
  return pageBefore(deps, sessionId, { before, shown: [] });
}

async function pageBefore(
  deps: Reading,
  sessionId: SessionId,
  { before, shown }: { before: number; shown: readonly PromptId[] },
): Promise<{ events: LoggedEvent[]; hasOlder: boolean }> {
  if (before <= 1) return { events: [], hasOlder: false };
  const fromSeq = await pageStart(deps.db, sessionId, { before, limit: PAGE });
  const page = await eventsBetween(deps.db, sessionId, { fromSeq, toSeq: before - 1 });
  // A prompt that was queued on an older page, and starts on this one or waits still, is shown with its text.
  const started = page.flatMap(({ event }) => ('promptId' in event ? event.promptId : []));
  const promptIds = [...new Set([...started, ...shown])];
  const asked = await promptTextsBefore(deps.db, sessionId, { promptIds, before: fromSeq });
  return { events: [...asked, ...page], hasOlder: fromSeq > 1 };
}

/** The stored text so far of parts that are being written. */
export async function readPartTexts(
  deps: Reading,
  caller: Caller,
  { sessionId, partIds }: { sessionId: SessionId; partIds: string[] },
): Promise<(Omit<PartTextView, 'partId'> & { partId: PartId; length: number })[]> {
  await authorizeSession(deps, { caller, sessionId, right: 'see' });
  const texts = await findPartTexts(deps.db, sessionId, partIds);
  return texts.map(({ partId, text }) => ({ partId: PartId.parse(partId), text, length: text.length }));
}

const MAX_DIGEST_EVENTS = 5_000;

/** What this server's reducer makes of a range of the log, for a client to compare with its own. */
export async function digestRange(
  deps: Reading,
  caller: Caller,
  { sessionId, fromSeq, toSeq }: { sessionId: SessionId; fromSeq: number; toSeq: number },
): Promise<{ digest: string; reducerVersion: number }> {
  if (toSeq - fromSeq >= MAX_DIGEST_EVENTS) {
    throw new AppError(
      'bad_input',
      `A digest covers at most ${MAX_DIGEST_EVENTS} events; ask for a smaller range.`,
    );
  }
  await authorizeSession(deps, { caller, sessionId, right: 'see' });
  const events = await eventsBetween(deps.db, sessionId, { fromSeq, toSeq });
  return { digest: await digestOf(events), reducerVersion: REDUCER_VERSION };
}
