import { randomUUID } from 'node:crypto';
import { append, type Append, type Appended } from '@/db/append';
import { findOpenParts } from '@/db/open-parts';
import { isUniqueViolation } from '@/db/unique-violation';
import { findReceipt, storeRefusal, type CommandAnswer } from '@/db/receipts';
import { findSession, type SessionRecord } from '@/db/sessions';
import { AppError } from '@/domain/errors';
import { actorKey, type Actor, SYSTEM } from '@/domain/events/actor';
import { type CommandId, TurnId, type SessionId } from '@/domain/ids';
import type { Command } from '@/domain/session/commands';
import { closedParts, cutOffTurn } from '@/domain/session/close-parts';
import { decide, type DecidedEvent } from '@/domain/session/decide';
import type { Deps } from '../deps';
import { afterAppend } from './after-append';
import { MAX_TRIES, pauseBeforeRetry } from './pause-before-retry';

interface GivenCommand {
  /** The session as whoever checked the right read it, to decide on first: the write is guarded by its version. */
  read?: SessionRecord;
  sessionId: SessionId;
  /** The same id from the same actor again gets the first answer. Left out for what the server itself learned. */
  commandId?: CommandId;
  actor: Actor;
  command: Command;
}

/**
 * Decides a command on the session's present state and appends what follows, or answers why not. Whoever calls has
 * checked the right to give it. Errors: `not_found`, and `conflict` when every try met another change.
 */
export async function runCommand(deps: Deps, given: GivenCommand): Promise<CommandAnswer> {
  const { read, ...again } = given;
  for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
    await pauseBeforeRetry(attempt);
    const answer = await tryCommand(deps, attempt === 0 ? given : again, { isFirst: attempt === 0 });
    if (answer) return answer;
  }
  throw new AppError('conflict', 'Too many changes at once in this session. Nothing was changed; try again.');
}

/** Null when what it was decided on had changed by the time of the write. */
async function tryCommand(
  deps: Deps,
  given: GivenCommand,
  { isFirst }: { isFirst: boolean },
): Promise<CommandAnswer | null> {
  const key = keyOf(given);
  // A first try needs no look: the write of a repeated command meets the receipt, and a refusal is stored beside it.
  const before = isFirst ? null : await answerBefore(deps, key);
  if (before) return before;
  const session = given.read ?? (await findSession(deps.db, given.sessionId));
  if (!session) throw new AppError('not_found', `There is no session ${given.sessionId}.`);
  const decision = decide(session.state, given, { turnId: TurnId.parse(randomUUID()) });
  if (!decision.ok) return key ? storeRefusal(deps.db, key, decision) : decision;
  if (decision.events.length === 0) {
    return (await answerBefore(deps, key)) ?? { ok: true, seq: session.lastSeq };
  }
  const closing = await closingParts(deps, session, decision.events);
  const appended = await tryAppend(deps, session, {
    ...(closing ?? { guard: { version: session.version }, events: decision.events }),
    state: decision.state,
    ...(key ? { receipt: { actor: key.actor, commandId: key.commandId } } : {}),
  });
  if (!appended) return null;
  await afterAppend(deps, { ...session, state: decision.state }, appended);
  return { ok: true, seq: appended.lastSeq };
}

async function answerBefore(
  { db }: Pick<Deps, 'db'>,
  key: ReturnType<typeof keyOf>,
): Promise<CommandAnswer | null> {
  return key && findReceipt(db, key);
}

function keyOf({ sessionId, commandId, actor }: GivenCommand) {
  return commandId ? { sessionId, actor: actorKey(actor), commandId } : null;
}

/**
 * A sandbox that is gone ends none of the parts that its turn was in: the text so far is all that there will be of them,
 * and goes into the log before the turn's end. Null when no turn is cut off with something open.
 */
async function closingParts(
  deps: Pick<Deps, 'db'>,
  session: SessionRecord,
  decided: readonly DecidedEvent[],
): Promise<Pick<Append, 'guard' | 'events'> | null> {
  const turnId = cutOffTurn(decided.map(({ event }) => event));
  const open = turnId === null ? [] : await findOpenParts(deps.db, session.id, turnId);
  if (turnId === null || open.length === 0) return null;
  const end = decided.findIndex(({ event }) => event.kind === 'prompt.finished');
  const closed = closedParts(turnId, open).map((event) => ({ actor: SYSTEM, event }));
  return {
    // What the bridge reported since would end a part for the second time.
    guard: { version: session.version, lastSeq: session.lastSeq },
    events: [...decided.slice(0, end), ...closed, ...decided.slice(end)],
  };
}

/**
 * Null when the guard did not hold, or when the same command was appended at the same moment. Errors: `conflict`
 * for an id that something else has, such as a prompt of another session.
 */
async function tryAppend(
  deps: Pick<Deps, 'db'>,
  session: SessionRecord,
  given: Omit<Append, 'sessionId'>,
): Promise<Appended | null> {
  try {
    return await append(deps.db, { sessionId: session.id, ...given });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    const { receipt } = given;
    if (receipt && (await findReceipt(deps.db, { sessionId: session.id, ...receipt }))) return null;
    throw new AppError('conflict', 'An id in this command is in use already. Make a new one and try again.', {
      cause: error,
    });
  }
}
