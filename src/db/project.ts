import type { LoggedEvent } from '@/domain/events/logged-event';
import type { EventKind } from '@/domain/events/session-event';
import type { SessionId } from '@/domain/ids';
import type { DecidedEvent } from '@/domain/session/decide';
import { Prisma } from '@/generated/prisma/client';
import type { Append } from './append';
import { projectPrompt } from './project-prompt';
import { projectSteer } from './project-steer';
import {
  addAnswerCommand,
  addShutdownCommand,
  addStopCommand,
  endShutdownCommands,
} from './sandbox-commands';

/** Kinds that change a row beside the log. */
const PROJECTED: ReadonlySet<EventKind> = new Set<EventKind>([
  'session.titled',
  'session.archived',
  'prompt.queued',
  'prompt.edited',
  'prompt.withdrawn',
  'prompt.retried',
  'prompt.started',
  'prompt.finished',
  'turn.stop_requested',
  'steer.sent',
  'steer.read',
  'steer.missed',
  'ask.answered',
  'ask.expired',
  'diff.changed',
  'sandbox.phase',
]);

/** Those events of a write that change a row beside the log. */
export function projectedEvents({ events }: Pick<Append, 'events'>): DecidedEvent[] {
  return events.filter(({ event }) => PROJECTED.has(event.kind));
}

/** Brings every other row into line with the events, inside the transaction that appended them. */
export async function project(
  transaction: Prisma.TransactionClient,
  { sessionId }: Append,
  events: LoggedEvent[],
): Promise<void> {
  for (const logged of events) await projectEvent(transaction, sessionId, logged);
}

async function projectEvent(
  transaction: Prisma.TransactionClient,
  sessionId: SessionId,
  { at, actor, event }: LoggedEvent,
): Promise<void> {
  switch (event.kind) {
    case 'session.titled':
      await transaction.session.update({ where: { id: sessionId }, data: { title: event.title } });
      return;
    case 'session.archived':
      await transaction.session.update({ where: { id: sessionId }, data: { isArchived: true } });
      return;
    case 'prompt.queued':
    case 'prompt.edited':
    case 'prompt.withdrawn':
    case 'prompt.retried':
    case 'prompt.started':
    case 'prompt.finished':
      await projectPrompt(transaction, sessionId, { at, actor, event });
      return;
    case 'steer.sent':
    case 'steer.read':
    case 'steer.missed':
      await projectSteer(transaction, sessionId, { actor, at, event });
      return;
    case 'ask.answered':
      await addAnswerCommand(transaction, sessionId, event);
      return;
    case 'ask.expired':
      // The agent waits for an answer still; of a turn that is over it does not.
      if (event.reason.code === 'ask_expired') {
        const answer = { type: 'dismiss', message: event.reason.message } as const;
        await addAnswerCommand(transaction, sessionId, { ...event, answer });
      }
      return;
    case 'turn.stop_requested':
      await addStopCommand(transaction, sessionId, event.turnId);
      return;
    case 'diff.changed':
      await transaction.session.update({
        where: { id: sessionId },
        data: {
          ...(event.patch ? { patchKey: event.patch.key } : {}),
          ...(event.bundle ? { bundleKey: event.bundle.key } : {}),
        },
      });
      return;
    case 'sandbox.phase':
      if (event.phase === 'requested') await startEpoch(transaction, sessionId, event.epoch);
      if (event.phase === 'quiescing' || event.phase === 'rolling')
        await addShutdownCommand(transaction, sessionId);
      return;
    default:
      return;
  }
}

/** From this write on only a bridge of the new epoch may report, and it starts counting at 1. */
async function startEpoch(
  transaction: Prisma.TransactionClient,
  sessionId: SessionId,
  epoch: number,
): Promise<void> {
  // What the former life took but never began is for the new one.
  await transaction.sandboxCommand.updateMany({
    where: { sessionId, turnId: { in: await runningTurns(transaction, sessionId) } },
    data: { doneAt: null },
  });
  await endShutdownCommands(transaction, sessionId);
  await transaction.session.update({
    where: { id: sessionId },
    data: { epoch, bridgeAck: 0, bootId: null, lastSyncAt: null, sandboxRef: Prisma.DbNull },
  });
}

async function runningTurns(transaction: Prisma.TransactionClient, sessionId: SessionId): Promise<string[]> {
  const running = await transaction.prompt.findMany({
    where: { runningIn: sessionId },
    select: { turnId: true },
  });
  return running.flatMap(({ turnId }) => turnId ?? []);
}
