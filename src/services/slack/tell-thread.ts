import { setTimeout as delay } from 'node:timers/promises';
import { eventsAfter } from '@/db/events';
import { findMessages } from '@/db/slack-messages';
import {
  findThreadOfSession,
  findUntold,
  isUntold,
  leaseThread,
  releaseThread,
  renewLease,
  type SlackThreadRecord,
  type Told,
} from '@/db/slack-threads';
import { isUnsettled, threadOf } from '@/domain/chat/thread-of';
import { messageOf } from '@/domain/errors';
import type { SessionId } from '@/domain/ids';
import { addEvents, EMPTY_TIMELINE, itemsOf, type Timeline } from '@/domain/timeline/timeline';
import type { Deps } from '../deps';
import { openWorkspace, type SlackDeps, withChat } from './slack-world';
import { tellMessages } from './tell-messages';

const PAGE = 500;
/** Waits that are shorter are waited out; what takes longer is left to the next event or sweep. */
const MAX_WAIT_MS = 5_000;
/** A function must end; the lease is longer. */
const MAX_MS = 25_000;
/** Where nobody lets us in, we look again this seldom. */
const CLOSED_MS = 3_600_000;

/** Tells a session's thread what happened, if it has one. */
export async function tellSession(deps: Deps, sessionId: SessionId): Promise<void> {
  const slack = withChat(deps);
  if (!slack) return;
  const thread = await findThreadOfSession(deps.db, sessionId);
  if (thread) await tellThread(slack, thread.id);
}

/** For the sweep: tells every thread in which something is missing. */
export async function tellUntold(
  deps: SlackDeps,
  { until, limit }: { until: number; limit: number },
): Promise<void> {
  for (const id of await findUntold(deps.db, limit)) {
    if (Date.now() > until) return;
    try {
      await tellThread(deps, id);
    } catch (error) {
      deps.log.error('a thread in Slack could not be told; the next sweep tries again', {
        ...{ thread: id, error: messageOf(error) },
      });
    }
  }
}

/**
 * Makes a thread show all that happened in its session. One process at a time does so; another that comes by leaves it to
 * the first, which looks again before it goes. Cut off anywhere, the next one begins where the rows say.
 */
async function tellThread(deps: SlackDeps, threadId: string): Promise<void> {
  const until = Date.now() + MAX_MS;
  do {
    const thread = await leaseThread(deps.db, threadId);
    if (!thread) return;
    const told = await tellLeased(deps, thread, until);
    await releaseThread(deps.db, thread, told);
  } while (Date.now() < until && (await isUntold(deps.db, threadId)));
}

async function tellLeased(deps: SlackDeps, thread: SlackThreadRecord, until: number): Promise<Told> {
  const workspace = await openWorkspace(deps, thread.workspaceId);
  if (!workspace) return { cursor: null, anchor: null, againInMs: CLOSED_MS, trouble: 'not installed' };
  let log = { timeline: EMPTY_TIMELINE, seq: thread.anchor };
  for (;;) {
    log = await readOn(deps, thread.sessionId, log);
    const items = itemsOf(log.timeline);
    const shown = await findMessages(deps.db, thread.id);
    const told = await tellMessages({ deps, thread, workspace }, threadOf(items), shown);
    if (told.isAll) {
      const anchor = isUnsettled(items) ? null : log.seq;
      return { cursor: log.seq, anchor, againInMs: 0, trouble: null };
    }
    const { againInMs, trouble } = told;
    const isShort = trouble === null && againInMs <= MAX_WAIT_MS && Date.now() + againInMs < until;
    if (!isShort) return { cursor: null, anchor: null, againInMs, trouble };
    await renewLease(deps.db, thread.id);
    await delay(againInMs);
  }
}

/** What is known of a log, and up to which event. */
interface ReadLog {
  timeline: Timeline;
  seq: number;
}

async function readOn({ db }: Pick<Deps, 'db'>, sessionId: SessionId, log: ReadLog): Promise<ReadLog> {
  let { timeline, seq } = log;
  for (;;) {
    const events = await eventsAfter(db, sessionId, { after: seq, limit: PAGE });
    timeline = addEvents(timeline, events);
    seq = events.at(-1)?.seq ?? seq;
    if (events.length < PAGE) return { timeline, seq };
  }
}
