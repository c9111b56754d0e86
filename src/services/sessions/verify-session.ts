import { eventsAfter } from '@/db/events';
import { findPromptRows } from '@/db/prompts';
import { findActivity } from '@/db/session-rows';
import { findSession } from '@/db/sessions';
import { AppError } from '@/domain/errors';
import type { LoggedEvent } from '@/domain/events/logged-event';
import type { SessionId } from '@/domain/ids';
import { evolveActivity, NO_ACTIVITY } from '@/domain/session/activity';
import { evolve } from '@/domain/session/evolve';
import { NO_ROWS, promptRowsAfter } from '@/domain/session/prompt-rows';
import { sessionStatus } from '@/domain/session/session-status';
import { INITIAL_STATE } from '@/domain/session/state';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { authorizeSession } from './authorize-session';

const PAGE = 1_000;

/** What was compared, and what differs: nothing, in a session that is as its log says. */
export interface Verification {
  head: number;
  events: number;
  prompts: number;
  /** One sentence each. */
  differences: string[];
}

/**
 * Replays a session's whole log and compares what is stored beside it: numbers without a gap, the state that decisions
 * are made on, what lists show, and the row of every prompt. A session that changes meanwhile is read again, so that only what lasts
 * is reported.
 */
export async function verifySession(
  deps: Pick<Deps, 'db'>,
  caller: Caller,
  sessionId: SessionId,
): Promise<Verification> {
  await authorizeSession(deps, { caller, sessionId, right: 'see' });
  for (let attempt = 0; ; attempt += 1) {
    const before = await headOf(deps, sessionId);
    const found = await compare(deps, sessionId, before);
    const isStill = (await headOf(deps, sessionId)) === before;
    if (isStill || found.differences.length === 0 || attempt === 5) return found;
  }
}

async function headOf(deps: Pick<Deps, 'db'>, sessionId: SessionId): Promise<number> {
  const session = await findSession(deps.db, sessionId);
  if (!session) throw new AppError('not_found', `There is no session ${sessionId}.`);
  return session.lastSeq;
}

async function compare(deps: Pick<Deps, 'db'>, sessionId: SessionId, head: number): Promise<Verification> {
  const differences: string[] = [];
  let [state, rows, activity, last] = [INITIAL_STATE, NO_ROWS, NO_ACTIVITY, 0];
  while (last < head) {
    const page = await eventsAfter(deps.db, sessionId, { after: last, limit: PAGE });
    const events = page.filter(({ seq }) => seq <= head);
    if (events.length === 0) break;
    differences.push(...gapsIn(events, last));
    state = events.reduce((now, { event, actor }) => evolve(now, event, actor), state);
    rows = promptRowsAfter(rows, events);
    activity = events.reduce(evolveActivity, activity);
    last = events.at(-1)?.seq ?? head;
  }
  if (last !== head) differences.push(`The log ends at ${last} and the session says ${head}.`);
  const session = await findSession(deps.db, sessionId);
  if (!isSame(session?.state, state)) {
    differences.push('The stored state is not the one that the events lead to.');
  }
  if (session && session.title !== state.title) differences.push('The stored title is not the newest one.');
  const listed = { ...activity, status: sessionStatus(state).kind };
  if (!isSame(await findActivity(deps.db, sessionId), listed)) {
    differences.push('What lists show of the session is not what the events lead to.');
  }
  const stored = await findPromptRows(deps.db, sessionId);
  differences.push(...differencesOf(stored, rows));
  return { head, events: last, prompts: rows.size, differences };
}

function gapsIn(events: readonly LoggedEvent[], before: number): string[] {
  return events.flatMap(({ seq }, at) => {
    const expected = (events[at - 1]?.seq ?? before) + 1;
    return seq === expected ? [] : [`The log goes on at ${seq}, where ${expected} is expected.`];
  });
}

function differencesOf<T>(stored: ReadonlyMap<string, T>, expected: ReadonlyMap<string, T>): string[] {
  const ids = new Set([...stored.keys(), ...expected.keys()]);
  return [...ids].flatMap((id) => {
    if (!expected.has(id)) return [`Prompt ${id} is stored, and no event tells of it.`];
    if (!stored.has(id)) return [`Prompt ${id} is in the log, and not stored.`];
    return isSame(stored.get(id), expected.get(id))
      ? []
      : [`Prompt ${id} is stored otherwise than the log tells.`];
  });
}

/** Whether two values have the same JSON, whatever the order of their keys. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
