import { z } from 'zod';
import { StartedPart } from '@/domain/events/session-event';
import { PartId, type SessionId, type TurnId } from '@/domain/ids';
import type { OpenPart } from '@/domain/session/close-parts';
import type { Db } from './client';

const Started = z.object({
  partId: PartId,
  parentPartId: PartId.nullable().default(null),
  part: StartedPart,
});

/** The parts of a turn that began and did not end, oldest first, with their text as far as it is stored. */
export async function findOpenParts(db: Db, sessionId: SessionId, turnId: TurnId): Promise<OpenPart[]> {
  const rows = await db.$queryRaw<{ payload: unknown; text: string }[]>`
    SELECT started.payload, COALESCE(part_text.text, '') AS text
    FROM event started LEFT JOIN part_text
      ON part_text.session_id = started.session_id AND part_text.part_id = started.payload->>'partId'
    WHERE started.session_id = ${sessionId}::uuid AND started.kind = 'part.started'
      AND started.payload->>'turnId' = ${turnId} AND NOT EXISTS (
        SELECT FROM event finished WHERE finished.session_id = started.session_id
          AND finished.kind = 'part.finished' AND finished.seq > started.seq
          AND finished.payload->>'partId' = started.payload->>'partId')
    ORDER BY started.seq`;
  return rows.map(({ payload, text }) => ({ ...Started.parse(payload), text }));
}
