import { cleanText } from '@/domain/events/text-hygiene';
import type { SessionId } from '@/domain/ids';
import type { Checkpoint } from '@/domain/wire/bridge';
import type { Db } from './client';

/**
 * Stores what is new of a part. It is appended only where the stored count equals `offset`, so that a repeated or
 * early checkpoint changes nothing; a replacement takes the place of what was there. A turn that is over has its
 * text in the log, so nothing more of it is stored.
 */
export async function storeCheckpoint(db: Db, sessionId: SessionId, checkpoint: Checkpoint): Promise<void> {
  const { turnId, offset, isReplacement } = checkpoint;
  // Of the same length as what it replaces, so that offsets stay true.
  const [partId, text] = [cleanText(checkpoint.partId), cleanText(checkpoint.text)];
  if (isReplacement || offset === 0) {
    await db.$executeRaw`
      INSERT INTO part_text (session_id, part_id, turn_id, text, length)
      SELECT ${sessionId}::uuid, ${partId}, ${turnId}::uuid, ${text}, ${text.length}::int
      FROM prompt WHERE running_in = ${sessionId}::uuid AND turn_id = ${turnId}::uuid
      ON CONFLICT (session_id, part_id) DO UPDATE SET text = EXCLUDED.text, length = EXCLUDED.length
      WHERE ${isReplacement} OR part_text.length = 0`;
    return;
  }
  await db.$executeRaw`
    UPDATE part_text SET text = text || ${text}, length = length + ${text.length}::int
    WHERE session_id = ${sessionId}::uuid AND part_id = ${partId} AND length = ${offset}::bigint`;
}

export interface PartTextView {
  partId: string;
  text: string;
}

/** The stored text so far of these parts; a part of which nothing is stored is left out. */
export async function findPartTexts(
  db: Db,
  sessionId: SessionId,
  partIds: readonly string[],
): Promise<PartTextView[]> {
  return db.partText.findMany({
    where: { sessionId, partId: { in: [...partIds] } },
    select: { partId: true, text: true },
  });
}
