import type { Actor } from '@/domain/events/actor';
import type { EventOf } from '@/domain/events/session-event';
import type { SessionId } from '@/domain/ids';
import type { Prisma } from '@/generated/prisma/client';
import { addDropCommand, addPromptCommand, endCommandsOf } from './sandbox-commands';

type PromptEvent = EventOf<
  | 'prompt.queued'
  | 'prompt.edited'
  | 'prompt.withdrawn'
  | 'prompt.retried'
  | 'prompt.started'
  | 'prompt.finished'
>;

/** Brings a prompt's row, and what the bridge shall do about it, into line with one event. */
export async function projectPrompt(
  transaction: Prisma.TransactionClient,
  sessionId: SessionId,
  { at, actor, event }: { at: string; actor: Actor; event: PromptEvent },
): Promise<void> {
  const id = event.promptId;
  switch (event.kind) {
    case 'prompt.queued': {
      const authorId = actor.type === 'user' ? actor.userId : null;
      const { text, attachments } = event;
      await transaction.prompt.create({
        data: { id, sessionId, authorId, text, attachments, status: 'waiting', queuedAt: at },
      });
      return;
    }
    case 'prompt.edited':
      await transaction.prompt.update({ where: { id }, data: { text: event.text } });
      return;
    case 'prompt.withdrawn':
      await transaction.prompt.update({ where: { id }, data: { status: 'withdrawn' } });
      return;
    case 'prompt.retried':
      await transaction.prompt.update({ where: { id }, data: { status: 'waiting' } });
      return;
    case 'prompt.started': {
      const { turnId, attempt } = event;
      await transaction.prompt.update({
        where: { id },
        data: { status: 'running', turnId, attempt, runningIn: sessionId, startedAt: at, finishedAt: null },
      });
      await addPromptCommand(transaction, sessionId, event);
      return;
    }
    case 'prompt.finished':
      await transaction.prompt.update({
        where: { id },
        data: { status: event.outcome, runningIn: null, finishedAt: at },
      });
      if (event.turnId === null) return;
      await endCommandsOf(transaction, sessionId, event.turnId);
      if (actor.type !== 'agent') await addDropCommand(transaction, sessionId, event.turnId);
      await transaction.partText.deleteMany({ where: { sessionId, turnId: event.turnId } });
  }
}
