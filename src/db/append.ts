import type { Actor } from '@/domain/events/actor';
import type { LoggedEvent } from '@/domain/events/logged-event';
import type { SessionId } from '@/domain/ids';
import { activityChange } from '@/domain/session/activity';
import type { DecidedEvent } from '@/domain/session/decide';
import { sessionStatus, StatusKind } from '@/domain/session/session-status';
import type { SessionState } from '@/domain/session/state';
import { LIST_STATE } from '@/domain/wire/session-row';
import { Prisma } from '@/generated/prisma/client';
import type { Db, DbOrTransaction } from './client';
import { needsProjection, project } from './project';

/** What must still be true at the moment of the write. Nothing that was checked before counts as checked. */
export interface AppendGuard {
  /** The version that the decision was made on, when the write changes the state. */
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
  /** The state after the events; given exactly when `guard.version` is. */
  state?: SessionState;
  /** Makes a repeated command answer what it answered first. */
  receipt?: { actor: string; commandId: string };
}

export interface Appended {
  events: LoggedEvent[];
  lastSeq: number;
  /** Of the session's rights, as of this write: what was read before it may name channels that are over. */
  accessVersion: number;
}

/**
 * Appends events to a session's log with the state and every projection, or nothing at all: null when the guard
 * did not hold. One statement where no projection is touched, since that is what the hot path is; else one
 * transaction whose first statement takes the session's row, so that `seq` order is commit order.
 * Throws Prisma's unique violation (P2002, or 23505 from the raw statement) when the receipt exists.
 */
export async function append(db: Db, given: Append): Promise<Appended | null> {
  if (!needsProjection(given)) return guardedAppend(db, given);
  return db.$transaction(
    async (transaction) => {
      const appended = await guardedAppend(transaction, given);
      if (appended) await project(transaction, given, appended.events);
      return appended;
    },
    { timeout: 10_000, maxWait: 10_000 },
  );
}

async function guardedAppend(db: DbOrTransaction, given: Append): Promise<Appended | null> {
  const { sessionId, events } = given;
  const count = events.length;
  const items = JSON.stringify(
    events.map(({ actor, event: { kind, ...payload } }) => ({ actor, kind, payload })),
  );
  const rows = await db.$queryRaw<{ seq: number; at: Date; last_seq: number; access_version: number }[]>`
    WITH guarded AS (
      UPDATE session SET last_seq = last_seq + ${count}::int, updated_at = now() ${changes(given)}
      WHERE id = ${sessionId}::uuid ${conditions(given.guard)}
      RETURNING id, last_seq, access_version
    ), inserted AS (
      INSERT INTO event (session_id, seq, actor, kind, payload)
      SELECT guarded.id, guarded.last_seq - ${count}::int + given.position::int,
             given.item->'actor', given.item->>'kind', given.item->'payload'
      FROM guarded, jsonb_array_elements(${items}::jsonb) WITH ORDINALITY AS given(item, position)
      RETURNING seq, at
    ) ${receipt(given)}
    SELECT COALESCE(inserted.seq, 0) AS seq, COALESCE(inserted.at, now()) AS at,
           guarded.last_seq, guarded.access_version
    FROM guarded LEFT JOIN inserted ON true ORDER BY inserted.seq`;
  const [first] = rows;
  if (!first) return null;
  return { lastSeq: first.last_seq, accessVersion: first.access_version, events: logged(events, rows) };
}

function logged(events: DecidedEvent[], rows: { seq: number; at: Date }[]): LoggedEvent[] {
  return events.flatMap(({ actor, event }: { actor: Actor } & DecidedEvent, index) => {
    const row = rows[index];
    return row ? [{ seq: row.seq, at: row.at.toISOString(), actor, event }] : [];
  });
}

function changes({ state, guard, events }: Append): Prisma.Sql {
  const parts = activityColumns(events);
  if (state) {
    const { kind } = sessionStatus(state);
    const neighbours = StatusKind.options.filter((other) => LIST_STATE[other] === LIST_STATE[kind]);
    parts.push(Prisma.sql`, state = ${JSON.stringify(state)}::jsonb, version = version + 1, status = ${kind},
      changed_at = CASE WHEN status = ANY(${neighbours}::text[]) THEN changed_at ELSE now() END`);
  }
  if (guard.bridge) {
    const { first, count, bootId } = guard.bridge;
    parts.push(
      Prisma.sql`, bridge_ack = ${first - 1 + count}::int, boot_id = ${bootId}::uuid, last_sync_at = now()`,
    );
  }
  return parts.length > 0 ? Prisma.join(parts, ' ') : Prisma.empty;
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
