import { Attachment, type EventOf } from '@/domain/events/session-event';
import type { PromptId, SessionId, TurnId } from '@/domain/ids';
import { mintAgentIds } from '@/domain/session/agent-ids';
import { type BridgeCommand, NumberedCommand, type SteerCommand } from '@/domain/wire/bridge';
import type { ReadCommand } from '@/domain/wire/reads';
import type { Prisma } from '@/generated/prisma/client';
import type { Db, DbOrTransaction } from './client';
import { COMMAND_AUTHOR } from './hand-over';
import type { OpenCommand } from './open-commands';

/** Adds a command for the session's bridge; the session's row must be locked, which makes the number unique. */
async function addCommand(
  db: DbOrTransaction,
  sessionId: SessionId,
  given: { turnId: TurnId | null; command: BridgeCommand },
): Promise<void> {
  const { turnId, command } = given;
  await db.$executeRaw`
    INSERT INTO sandbox_command (session_id, n, turn_id, command)
    SELECT ${sessionId}::uuid, COALESCE(max(n), 0) + 1, ${turnId}::uuid, ${JSON.stringify(command)}::jsonb
    FROM sandbox_command WHERE session_id = ${sessionId}::uuid`;
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
  const [said] = await transaction.$queryRaw<Said[]>`
    SELECT text, attachments, ${COMMAND_AUTHOR} AS author
    FROM prompt LEFT JOIN "user" AS author ON author.id = prompt.author_id
    WHERE prompt.id = ${promptId}::uuid`;
  if (!said) throw new Error(`There is no prompt ${promptId}.`);
  return {
    promptId,
    turnId,
    ...mintAgentIds(Date.now(), agentIdsOf),
    text: said.text,
    attachments: Attachment.array()
      .parse(said.attachments)
      .map((attachment) => ({ ...attachment, url: null })),
    author: said.author,
  };
}

/** A prompt with who wrote it. */
interface Said {
  text: string;
  attachments: unknown;
  author: SteerCommand['author'];
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

/** Has the bridge of this epoch come to an end in order. */
export async function addShutdownCommand(
  transaction: Prisma.TransactionClient,
  sessionId: SessionId,
): Promise<void> {
  await addCommand(transaction, sessionId, { turnId: null, command: { type: 'shutdown' } });
}

/** The end of one life is nothing for the next, whether its bridge heard of it or not. */
export async function endShutdownCommands(
  transaction: Prisma.TransactionClient,
  sessionId: SessionId,
): Promise<void> {
  await transaction.$executeRaw`
    UPDATE sandbox_command SET done_at = now()
    WHERE session_id = ${sessionId}::uuid AND done_at IS NULL AND command->>'type' = 'shutdown'`;
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
 * epoch is over, since what it took is then another's to run. `open` spares the look at what waits, for who has it
 * from a write that the epoch guarded.
 */
export async function exchangeCommands(
  db: DbOrTransaction,
  sessionId: SessionId,
  { epoch, acked, open }: { epoch: number; acked: number; open?: readonly OpenCommand[] | null },
): Promise<NumberedCommand[]> {
  const waiting = open ?? (await findOpen(db, sessionId, epoch));
  const taken = waiting.filter(({ n }) => n <= acked).map(({ n }) => n);
  if (taken.length > 0) {
    // The row is locked, so that an epoch that starts at this moment gets its commands back after this write.
    await db.$executeRaw`
      WITH present AS (
        SELECT id FROM session WHERE id = ${sessionId}::uuid AND epoch = ${epoch}::int FOR SHARE
      )
      UPDATE sandbox_command SET done_at = now() FROM present
      WHERE session_id = present.id AND n = ANY(${taken}::int[])`;
  }
  return commandsAfter(waiting, acked);
}

/** What of the stored commands a bridge has not taken yet. */
export function commandsAfter(waiting: readonly OpenCommand[], acked: number): NumberedCommand[] {
  return waiting.filter(({ n }) => n > acked).map((row) => NumberedCommand.parse(row));
}

function findOpen(db: DbOrTransaction, sessionId: SessionId, epoch: number): Promise<OpenCommand[]> {
  return db.sandboxCommand.findMany({
    where: { sessionId, doneAt: null, session: { epoch } },
    orderBy: { n: 'asc' },
    select: { n: true, command: true },
  });
}
