import type { LoggedEvent } from '@/domain/events/logged-event';
import type { SessionId } from '@/domain/ids';
import { activityChange } from '@/domain/session/activity';
import type { DecidedEvent } from '@/domain/session/decide';
import { isListed } from '@/domain/session/listed';
import { patienceSeconds } from '@/domain/session/patience';
import { sessionStatus, StatusKind } from '@/domain/session/session-status';
import type { SessionState } from '@/domain/session/state';
import { LIST_STATE } from '@/domain/wire/session-row';
import { Prisma } from '@/generated/prisma/client';
import type { Db, DbOrTransaction } from './client';
import { handOver, type HandOverSql, NOTHING_HANDED } from './hand-over';
import { OPEN_COMMANDS, type OpenCommand } from './open-commands';
import { project, projectedEvents } from './project';
import { isCrossedCommand } from './unique-violation';

/** What must still be true at the moment of the write. Nothing that was checked before counts as checked. */
export interface AppendGuard {
  /** The version that the decision was made on: always when the write changes the state. */
  version?: number;
  /** The end of the log, when what is in it was read for the decision. */
  lastSeq?: number;
  /** For a bridge's events: its epoch, and the number of its first event. */
  bridge?: { epoch: number; first: number; count: number; bootId: string };
}

export interface Append {
  sessionId: SessionId;
  guard: AppendGuard;
  events: DecidedEvent[];
  /** The state after the events, when they change it; then `guard.version` is given too. */
  state?: SessionState;
  /** Makes a repeated command answer what it answered first. */
  receipt?: { actor: string; commandId: string };
}

export interface Appended {
  events: LoggedEvent[];
  lastSeq: number;
  /** Of the session's rights, as of this write: what was read before it may name channels that are over. */
  accessVersion: number;
  /** How many watch the session, as of this write. */
  watchers: number;
  /** Whether anybody of the team has a list open. */
  isListOpen: boolean;
  /** Whether a thread in Slack shows the session. */
  hasThread: boolean;
  /** What waits for the session's bridge; null when the events may have changed it. */
  openCommands: OpenCommand[] | null;
  /** What this very write handed to the bridge, when it is known without another look. */
  handedOver: OpenCommand | null;
}

/**
 * Appends events to a session's log with the state and every projection, or nothing at all: null when the guard
 * did not hold. One statement where no projection is touched, and for what somebody says, since those are the hot
 * paths; else one transaction whose first statement takes the session's row, so that `seq` order is commit order.
 * Throws Prisma's unique violation (P2002, or 23505 from the raw statement) when the receipt exists.
 */
export async function append(db: Db, given: Append): Promise<Appended | null> {
  const projected = projectedEvents(given);
  if (projected.length === 0) return guardedAppend(db, given, NOTHING_HANDED);
  const rows = handOver(projected);
  if (rows) return appendHandOver(db, given, rows);
  return db.$transaction(
    async (transaction) => {
      const appended = await guardedAppend(transaction, given, NOTHING_HANDED);
      if (!appended) return null;
      await project(transaction, given, appended.events);
      return { ...appended, openCommands: null };
    },
    { timeout: 10_000, maxWait: 10_000 },
  );
}

async function appendHandOver(db: Db, given: Append, rows: HandOverSql): Promise<Appended | null> {
  try {
    const appended = await guardedAppend(db, given, rows);
    return appended && { ...appended, openCommands: null };
  } catch (error) {
    // As if the guard had not held: whoever appends decides again, and counts again.
    if (isCrossedCommand(error)) return null;
    throw error;
  }
}

/** `handed` has further parts of the statement, for what is written beside the log. */
async function guardedAppend(
  db: DbOrTransaction,
  given: Append,
  handed: HandOverSql,
): Promise<Appended | null> {
  const { sessionId, events } = given;
  const count = events.length;
  const items = JSON.stringify(
    events.map(({ actor, event: { kind, ...payload } }) => ({ actor, kind, payload })),
  );
  const [row] = await db.$queryRaw<AppendedRow[]>`
    WITH guarded AS (
      UPDATE session SET last_seq = last_seq + ${count}::int, updated_at = now() ${changes(given)}
      WHERE id = ${sessionId}::uuid ${conditions(given.guard)}
      RETURNING id, last_seq, access_version, watchers, team_id
    ), inserted AS (
      INSERT INTO event (session_id, seq, actor, kind, payload)
      SELECT guarded.id, guarded.last_seq - ${count}::int + given.position::int,
             given.item->'actor', given.item->>'kind', given.item->'payload'
      FROM guarded, jsonb_array_elements(${items}::jsonb) WITH ORDINALITY AS given(item, position)
    ) ${receipt(given)} ${handed.rows}
    SELECT now()::timestamptz(3) AS at, session.last_seq AS "lastSeq", access_version AS "accessVersion",
           watchers, EXISTS (SELECT FROM team WHERE id = session.team_id AND watchers > 0) AS "isListOpen",
           EXISTS (SELECT FROM slack_thread WHERE session_id = session.id) AS "hasThread",
           ${given.guard.bridge ? OPEN_COMMANDS : Prisma.sql`NULL::jsonb`} AS "openCommands",
           ${handed.command} AS "handedOver"
    FROM guarded AS session`;
  if (!row) return null;
  const { at, ...rest } = row;
  return { ...rest, events: logged(events, { at, lastSeq: row.lastSeq }) };
}

/** All events of a write have its time, as the column's default gives it. */
interface AppendedRow extends Omit<Appended, 'events'> {
  at: Date;
}

function logged(events: DecidedEvent[], { at, lastSeq }: { at: Date; lastSeq: number }): LoggedEvent[] {
  const [first, time] = [lastSeq - events.length + 1, at.toISOString()];
  return events.map(({ actor, event }, index) => ({ seq: first + index, at: time, actor, event }));
}

function changes(given: Append): Prisma.Sql {
  const { state, guard, events } = given;
  const parts = activityColumns(events);
  // Here rather than by a write of its own: whoever appended tells the team next.
  if (isListed(events)) parts.push(toldColumns(events.length));
  if (state) {
    const { kind } = sessionStatus(state);
    const neighbours = StatusKind.options.filter((other) => LIST_STATE[other] === LIST_STATE[kind]);
    parts.push(Prisma.sql`, state = ${JSON.stringify(state)}::jsonb, version = version + 1, status = ${kind},
      changed_at = CASE WHEN status = ANY(${neighbours}::text[]) THEN changed_at ELSE now() END`);
  }
  // Set by the write that changes a projection, so that the sweep looks when it must.
  if (state && projectedEvents(given).length > 0) {
    const seconds = patienceSeconds(state);
    const deadline =
      seconds === null ? Prisma.sql`NULL` : Prisma.sql`now() + make_interval(secs => ${seconds})`;
    parts.push(Prisma.sql`, deadline_at = ${deadline}`);
  }
  if (guard.bridge) {
    const { first, count, bootId } = guard.bridge;
    parts.push(
      Prisma.sql`, bridge_ack = ${first - 1 + count}::int, boot_id = ${bootId}::uuid, last_sync_at = now()`,
    );
  }
  return parts.length > 0 ? Prisma.join(parts, ' ') : Prisma.empty;
}

function toldColumns(count: number): Prisma.Sql {
  return Prisma.sql`, told_at = now(), told_seq = last_seq + ${count}::int`;
}

/** As much as the column holds. */
const MAX_COST_USD = 999_999_999;

/** What a list shows, brought up to these events. On the right of an assignment a column is what it was before. */
function activityColumns(events: readonly DecidedEvent[]): Prisma.Sql[] {
  const { doing, addedNanoUsd, lastOutcome, spoke, newsPosition } = activityChange(events);
  const parts: Prisma.Sql[] = [];
  if (doing !== undefined) parts.push(Prisma.sql`, doing = ${doing}`);
  if (addedNanoUsd > 0) {
    const added = Prisma.sql`${addedNanoUsd}::numeric / 1000000000`;
    parts.push(Prisma.sql`, cost_usd = LEAST(cost_usd + ${added}, ${MAX_COST_USD}::numeric)`);
  }
  if (lastOutcome !== undefined) parts.push(Prisma.sql`, last_outcome = ${lastOutcome}`);
  if (spoke.length > 0) {
    const said = spoke.map(
      ({ userId, name, via, position }) => Prisma.sql`jsonb_build_object(${userId}::text,
        jsonb_build_object('name', ${name}::text, 'via', ${via}::text, 'seq', last_seq + ${position}::int))`,
    );
    parts.push(Prisma.sql`, people = people || ${Prisma.join(said, ' || ')}`);
  }
  if (newsPosition !== undefined) parts.push(Prisma.sql`, news_seq = last_seq + ${newsPosition}::int`);
  return parts;
}

function conditions({ version, lastSeq, bridge }: AppendGuard): Prisma.Sql {
  const parts: Prisma.Sql[] = [];
  if (version !== undefined) parts.push(Prisma.sql`AND version = ${version}::int`);
  if (lastSeq !== undefined) parts.push(Prisma.sql`AND last_seq = ${lastSeq}::int`);
  if (bridge) {
    parts.push(Prisma.sql`AND epoch = ${bridge.epoch}::int AND bridge_ack = ${bridge.first - 1}::int
      AND (boot_id IS NULL OR boot_id = ${bridge.bootId}::uuid)`);
  }
  return parts.length > 0 ? Prisma.join(parts, ' ') : Prisma.empty;
}

function receipt({ receipt: given, sessionId }: Append): Prisma.Sql {
  if (!given) return Prisma.empty;
  return Prisma.sql`, receipt AS (
      INSERT INTO command_receipt (session_id, actor, command_id, answer)
      SELECT ${sessionId}::uuid, ${given.actor}, ${given.commandId}::uuid,
             jsonb_build_object('ok', true, 'seq', guarded.last_seq)
      FROM guarded
    )`;
}
