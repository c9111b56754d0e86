import { z } from 'zod';
import type { SessionId } from '@/domain/ids';
import type { Db } from './client';

/** The first answer to a command: where the log stood after it, or why it was refused. */
export const CommandAnswer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), seq: z.number().int() }),
  z.object({ ok: z.literal(false), refusal: z.object({ code: z.string(), message: z.string() }) }),
]);
export type CommandAnswer = z.infer<typeof CommandAnswer>;

interface ReceiptKey {
  sessionId: SessionId;
  actor: string;
  commandId: string;
}

export async function findReceipt(db: Db, key: ReceiptKey): Promise<CommandAnswer | null> {
  const row = await db.commandReceipt.findUnique({
    where: { sessionId_actor_commandId: key },
    select: { answer: true },
  });
  return row ? CommandAnswer.parse(row.answer) : null;
}

/** Remembers a refusal and answers what stands: the same command may have been accepted at the same moment. */
export async function storeRefusal(db: Db, key: ReceiptKey, refused: CommandAnswer): Promise<CommandAnswer> {
  await db.commandReceipt.createMany({ data: [{ ...key, answer: refused }], skipDuplicates: true });
  return (await findReceipt(db, key)) ?? refused;
}
