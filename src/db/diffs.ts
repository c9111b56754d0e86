import { parseEvent } from '@/domain/events/parse-event';
import { type EventOf, FileChange } from '@/domain/events/session-event';
import { PromptId, TurnId, UserId, type SessionId } from '@/domain/ids';
import type { Db } from './client';

/** Turns that a list of them shows; those before are in the log. */
const MAX_TURNS = 200;
/** As much of a prompt as a list shows of it. */
const PROMPT_CHARACTERS = 200;

/** What a turn changed, as it was told at its end; null for a turn that changed nothing. */
export async function changeOfTurn(
  db: Db,
  sessionId: SessionId,
  turnId: TurnId,
): Promise<EventOf<'diff.changed'> | null> {
  const row = await db.event.findFirst({
    where: { sessionId, kind: 'diff.changed', payload: { path: ['turnId'], equals: turnId } },
    orderBy: { seq: 'desc' },
    select: { kind: true, payload: true },
  });
  const event = row && parseEvent(Object.assign({ kind: row.kind }, row.payload));
  return event?.kind === 'diff.changed' ? event : null;
}

/** Somebody who shaped a turn. */
export interface TurnPerson {
  userId: UserId;
  name: string;
}

/** A turn that changed files, with who asked for it and what. */
export interface ChangingTurn {
  turnId: TurnId;
  promptId: PromptId | null;
  /** The beginning of what was asked. */
  prompt: string;
  people: TurnPerson[];
  at: Date;
  files: FileChange[];
}

interface TurnRow {
  turnId: string;
  promptId: string | null;
  prompt: string | null;
  authorId: string | null;
  author: string | null;
  at: Date;
  files: unknown;
}

/** The newest 200 turns that changed something, oldest first. */
export async function listChangingTurns(db: Db, sessionId: SessionId): Promise<ChangingTurn[]> {
  const rows = await db.$queryRaw<TurnRow[]>`
    SELECT d.at, d.payload->>'turnId' AS "turnId", d.payload->'turnFiles' AS files,
           p.id AS "promptId", left(p.text, ${PROMPT_CHARACTERS}::int) AS prompt,
           u.id AS "authorId", coalesce(u.name, u.login) AS author
    FROM event d
    LEFT JOIN LATERAL (
      SELECT s.payload->>'promptId' AS prompt_id FROM event s
      WHERE s.session_id = d.session_id AND s.kind = 'prompt.started'
        AND s.payload->>'turnId' = d.payload->>'turnId' LIMIT 1
    ) started ON true
    LEFT JOIN prompt p ON p.id = started.prompt_id::uuid
    LEFT JOIN "user" u ON u.id = p.author_id
    WHERE d.session_id = ${sessionId}::uuid AND d.kind = 'diff.changed'
      AND jsonb_array_length(coalesce(d.payload->'turnFiles', '[]'::jsonb)) > 0
    ORDER BY d.seq DESC LIMIT ${MAX_TURNS}::int`;
  const steerers = await peopleWhoSteered(
    db,
    sessionId,
    rows.map(({ turnId }) => turnId),
  );
  return rows.reverse().map((row) => ({
    turnId: TurnId.parse(row.turnId),
    promptId: row.promptId === null ? null : PromptId.parse(row.promptId),
    prompt: row.prompt ?? '',
    people: distinct([...authorOf(row), ...(steerers.get(row.turnId) ?? [])]),
    at: row.at,
    files: FileChange.array().parse(row.files),
  }));
}

function authorOf({ authorId, author }: TurnRow): TurnPerson[] {
  return authorId === null ? [] : [{ userId: UserId.parse(authorId), name: author ?? 'Somebody' }];
}

/** Who spoke to these turns while they ran, by turn. */
async function peopleWhoSteered(
  db: Db,
  sessionId: SessionId,
  turnIds: readonly string[],
): Promise<Map<string, TurnPerson[]>> {
  const rows = await db.$queryRaw<{ turnId: string; userId: string; name: string }[]>`
    SELECT payload->>'turnId' AS "turnId", actor->>'userId' AS "userId", actor->>'name' AS name
    FROM event
    WHERE session_id = ${sessionId}::uuid AND kind = 'steer.sent' AND actor->>'type' = 'user'
      AND payload->>'turnId' = ANY(${[...turnIds]}::text[])
    ORDER BY seq`;
  const people = new Map<string, TurnPerson[]>();
  for (const { turnId, userId, name } of rows) {
    people.set(turnId, [...(people.get(turnId) ?? []), { userId: UserId.parse(userId), name }]);
  }
  return people;
}

function distinct(people: readonly TurnPerson[]): TurnPerson[] {
  return [...new Map(people.map((person) => [person.userId, person])).values()];
}
