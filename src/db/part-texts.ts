import type { SessionId } from '@/domain/ids';
import type { Checkpoint } from '@/domain/wire/bridge';
import type { Db } from './client';

/**
 * Stores what is new of a part. It is appended only where the stored count equals `offset`, so that a repeated or
 * early checkpoint changes nothing; a replacement takes the place of what was there.
 */
export async function storeCheckpoint(db: Db, sessionId: SessionId, checkpoint: Checkpoint): Promise<void> {
  const { partId, turnId, offset, text, isReplacement } = checkpoint;
  if (isReplacement || offset === 0) {
    await db.$executeRaw`
      INSERT INTO part_text (session_id, part_id, turn_id, text, length)
      VALUES (${sessionId}::uuid, ${partId}, ${turnId}::uuid, ${text}, ${text.length}::int)
      ON CONFLICT (session_id, part_id) DO UPDATE SET text = EXCLUDED.text, length = EXCLUDED.length
      WHERE ${isReplacement} OR part_text.length = 0`;
    return;
  }
  await db.$executeRaw`
    UPDATE part_text SET text = text || ${text}, length = length + ${text.length}::int
    WHERE session_id = ${sessionId}::uuid AND part_id = ${partId} AND length = ${offset}::int`;
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
