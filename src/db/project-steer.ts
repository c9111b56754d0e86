import type { Actor } from '@/domain/events/actor';
import type { EventOf } from '@/domain/events/session-event';
import type { SessionId } from '@/domain/ids';
import type { Prisma } from '@/generated/prisma/client';
import { addSteerCommand } from './sandbox-commands';

type SteerEvent = EventOf<'steer.sent' | 'steer.read' | 'steer.missed'>;

const STATUS = { 'steer.read': 'read', 'steer.missed': 'missed' } as const;

/** Brings the row of what was said to a running turn, and what the bridge shall do about it, into line. */
export async function projectSteer(
  transaction: Prisma.TransactionClient,
  sessionId: SessionId,
  { at, actor, event }: { at: string; actor: Actor; event: SteerEvent },
): Promise<void> {
  const id = event.promptId;
  if (event.kind !== 'steer.sent') {
    await transaction.prompt.update({ where: { id }, data: { status: STATUS[event.kind], finishedAt: at } });
    return;
  }
  const { text, attachments, turnId } = event;
  const authorId = actor.type === 'user' ? actor.userId : null;
  await transaction.prompt.create({
    data: { id, sessionId, authorId, text, attachments, turnId, status: 'steering', queuedAt: at },
  });
  await addSteerCommand(transaction, sessionId, event);
}
