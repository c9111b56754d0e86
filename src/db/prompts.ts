import { type SessionId, TurnId, UserId } from '@/domain/ids';
import type { PromptRow } from '@/domain/session/prompt-rows';
import type { Db } from './client';

/** Every prompt's row of a session, by its id. */
export async function findPromptRows(db: Db, sessionId: SessionId): Promise<Map<string, PromptRow>> {
  const rows = await db.prompt.findMany({
    where: { sessionId },
    select: { id: true, text: true, authorId: true, status: true, turnId: true, attempt: true },
  });
  return new Map(
    rows.map(({ id, text, authorId, status, turnId, attempt }) => [
      id,
      {
        ...{ text, attempt },
        authorId: authorId === null ? null : UserId.parse(authorId),
        turnId: turnId === null ? null : TurnId.parse(turnId),
        // Rows are written from events alone, by the same words; another word is a difference, and reported as one.
        status: status as PromptRow['status'],
      },
    ]),
  );
}
