import { Attachment, type EventOf } from '@/domain/events/session-event';
import type { PromptId, SessionId, TurnId } from '@/domain/ids';
import { mintAgentIds } from '@/domain/session/agent-ids';
import { type BridgeCommand, NumberedCommand, type SteerCommand } from '@/domain/wire/bridge';
import type { ReadCommand } from '@/domain/wire/reads';
import type { Prisma } from '@/generated/prisma/client';
import type { Db, DbOrTransaction } from './client';

/** Adds a command for the session's bridge; the session's row must be locked, which makes the number unique. */
async function addCommand(
  db: DbOrTransaction,
  sessionId: SessionId,
  given: { turnId: TurnId | null; command: BridgeCommand },
): Promise<void> {
  const newest = await db.sandboxCommand.aggregate({ where: { sessionId }, _max: { n: true } });
  await db.sandboxCommand.create({
    data: { sessionId, n: (newest._max.n ?? 0) + 1, turnId: given.turnId, command: given.command },
  });
}

/** Mints the agent's ids of this attempt, once: every redelivery repeats them. */
export async function addPromptCommand(
  transaction: Prisma.TransactionClient,
  sessionId: SessionId,
  { promptId, turnId, attempt }: EventOf<'prompt.started'>,
): Promise<void> {
  const speech = await speechOf(transaction, { promptId, turnId, agentIdsOf: turnId });
  await addCommand(transaction, sessionId, { turnId, command: { type: 'prompt', ...speech, attempt } });
}

export async function addSteerCommand(
  transaction: Prisma.TransactionClient,
  sessionId: SessionId,
  { promptId, turnId }: { promptId: PromptId; turnId: TurnId },
): Promise<void> {
  const speech = await speechOf(transaction, { promptId, turnId, agentIdsOf: promptId });
  await addCommand(transaction, sessionId, { turnId, command: { type: 'steer', ...speech } });
}

/** What somebody said, as the bridge is told it. */
async function speechOf(
  transaction: Prisma.TransactionClient,
  given: { promptId: PromptId; turnId: TurnId; agentIdsOf: PromptId | TurnId },
): Promise<Omit<SteerCommand, 'type'>> {
  const { promptId, turnId, agentIdsOf } = given;
  const { text, authorId, attachments } = await transaction.prompt.findUniqueOrThrow({
    where: { id: promptId },
    select: { text: true, authorId: true, attachments: true },
  });
  return {
    promptId,
    turnId,
    ...mintAgentIds(Date.now(), agentIdsOf),
    text,
    attachments: Attachment.array()
      .parse(attachments)
      .map((attachment) => ({ ...attachment, url: null })),
    author: await authorOf(transaction, authorId),
  };
}

async function authorOf(
  transaction: Prisma.TransactionClient,
  authorId: string | null,
): Promise<SteerCommand['author']> {
  const author = authorId
    ? await transaction.user.findUnique({
        where: { id: authorId },
        select: { name: true, login: true, email: true },
      })
    : null;
  const name = author?.name ?? author?.login ?? 'Dispatch';
  const email = author?.email ?? `${author?.login ?? 'dispatch'}@users.noreply.dispatch.invalid`;
  return { name, email };
}

export async function addAnswerCommand(
  transaction: Prisma.TransactionClient,
  sessionId: SessionId,
  { askId, turnId, answer }: Omit<EventOf<'ask.answered'>, 'kind'>,
): Promise<void> {
  await addCommand(transaction, sessionId, { turnId, command: { type: 'answer', turnId, askId, answer } });
}

export async function addStopCommand(
  transaction: Prisma.TransactionClient,
  sessionId: SessionId,
  turnId: TurnId,
): Promise<void> {
  await addCommand(transaction, sessionId, { turnId, command: { type: 'stop', turnId } });
}

/**
 * Has a bridge drop a turn that the server ended: it may have taken the prompt before. Belongs to no turn, so that
 * it outlives this one.
 */
export async function addDropCommand(
  transaction: Prisma.TransactionClient,
  sessionId: SessionId,
  turnId: TurnId,
): Promise<void> {
  await addCommand(transaction, sessionId, { turnId: null, command: { type: 'stop', turnId } });
}

/**
 * Hands a bridge a look at the files. Earlier ones that are over are forgotten; never the newest command, which the
 * next number is counted from.
 */
export async function addReadCommand(
  transaction: Prisma.TransactionClient,
  sessionId: SessionId,
  command: ReadCommand,
): Promise<void> {
  await addCommand(transaction, sessionId, { turnId: null, command });
  await transaction.$executeRaw`
    DELETE FROM sandbox_command
    WHERE session_id = ${sessionId}::uuid AND command->>'type' = 'read'
      AND (done_at IS NOT NULL OR created_at < now() - interval '1 minute')
      AND n < (SELECT max(n) FROM sandbox_command WHERE session_id = ${sessionId}::uuid)`;
}

/** Nobody waits for this look any more, so no bridge need be handed it. */
export async function endReadCommand(db: Db, sessionId: SessionId, requestId: string): Promise<void> {
  await db.$executeRaw`
    UPDATE sandbox_command SET done_at = now()
    WHERE session_id = ${sessionId}::uuid AND done_at IS NULL AND command->>'requestId' = ${requestId}`;
}

/** A turn that is over wants nothing any more, from any bridge. */
export async function endCommandsOf(
  db: DbOrTransaction,
  sessionId: SessionId,
  turnId: TurnId,
): Promise<void> {
  await db.sandboxCommand.updateMany({
    where: { sessionId, turnId, doneAt: null },
    data: { doneAt: new Date() },
  });
}

/**
 * Marks what the bridge of an epoch has taken, and answers what is still for it, oldest first: nothing once the
 * epoch is over, since what it took is then another's to run.
 */
export async function exchangeCommands(
  db: DbOrTransaction,
  sessionId: SessionId,
  { epoch, acked }: { epoch: number; acked: number },
): Promise<NumberedCommand[]> {
  const open = await db.sandboxCommand.findMany({
    where: { sessionId, doneAt: null, session: { epoch } },
    orderBy: { n: 'asc' },
    select: { n: true, command: true },
  });
  const taken = open.filter(({ n }) => n <= acked).map(({ n }) => n);
  if (taken.length > 0) {
    // The row is locked, so that an epoch that starts at this moment gets its commands back after this write.
    await db.$executeRaw`
      WITH present AS (
        SELECT id FROM session WHERE id = ${sessionId}::uuid AND epoch = ${epoch}::int FOR SHARE
      )
      UPDATE sandbox_command SET done_at = now() FROM present
      WHERE session_id = present.id AND n = ANY(${taken}::int[])`;
  }
  return open.filter(({ n }) => n > acked).map((row) => NumberedCommand.parse(row));
}
