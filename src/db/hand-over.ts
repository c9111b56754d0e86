import type { EventOf } from '@/domain/events/session-event';
import type { PromptId, TurnId, UserId } from '@/domain/ids';
import { mintAgentIds } from '@/domain/session/agent-ids';
import type { DecidedEvent } from '@/domain/session/decide';
import type { SteerCommand } from '@/domain/wire/bridge';
import { Prisma } from '@/generated/prisma/client';

/** Who said something, as far as they are known, of the row `author`. */
export const COMMAND_AUTHOR = Prisma.sql`jsonb_build_object(
    'name', COALESCE(author.name, author.login, 'Dispatch'),
    'email', COALESCE(author.email, COALESCE(author.login, 'dispatch') || '@users.noreply.dispatch.invalid'))`;

/** What somebody said, and what the bridge is told of it at once; no command for what waits. */
interface HandOver {
  said: EventOf<'prompt.queued' | 'steer.sent'>;
  authorId: UserId | null;
  started: EventOf<'prompt.started'> | null;
}

/** Further parts of the statement that appends. */
export interface HandOverSql {
  rows: Prisma.Sql;
  /** The command that the bridge is handed, as a value (`OpenCommand`); NULL for none. */
  command: Prisma.Sql;
}

export const NOTHING_HANDED: HandOverSql = { rows: Prisma.empty, command: Prisma.sql`NULL::jsonb` };

/**
 * The rows that follow from somebody's words, as further parts of the statement that appends them: `guarded` is the
 * session, if the guard held. It is what a person waits for, so it takes one round trip. Null for anything else among
 * `projected`, the events that change rows beside the log, which a transaction does.
 */
export function handOver(projected: readonly DecidedEvent[]): HandOverSql | null {
  const handed = readHandOver(projected);
  if (!handed) return null;
  const prompt = insertPrompt(handed);
  const command = commandOf(handed);
  if (!command) return { ...NOTHING_HANDED, rows: prompt };
  return {
    rows: Prisma.sql`${prompt} ${insertCommand(handed, command)}`,
    command: Prisma.sql`(SELECT jsonb_build_object('n', n, 'command', command) FROM handed)`,
  };
}

function readHandOver([first, second, ...others]: readonly DecidedEvent[]): HandOver | null {
  const said = first?.event;
  if (!said || others.length > 0 || (said.kind !== 'prompt.queued' && said.kind !== 'steer.sent'))
    return null;
  const authorId = first.actor.type === 'user' ? first.actor.userId : null;
  if (!second) return { said, authorId, started: null };
  const started = second.event;
  const isOwn = started.kind === 'prompt.started' && said.kind === 'prompt.queued';
  return isOwn && started.promptId === said.promptId ? { said, authorId, started } : null;
}

function insertPrompt({ said, authorId, started }: HandOver): Prisma.Sql {
  const waits = said.kind === 'steer.sent' ? 'steering' : 'waiting';
  const turnId = said.kind === 'steer.sent' ? said.turnId : (started?.turnId ?? null);
  return Prisma.sql`, said AS (
      INSERT INTO prompt (id, session_id, author_id, text, attachments, status, turn_id, attempt, running_in,
                          queued_at, started_at)
      SELECT ${said.promptId}::uuid, guarded.id, ${authorId}, ${said.text},
             ${JSON.stringify(said.attachments)}::jsonb, ${started ? 'running' : waits}, ${turnId}::uuid,
             ${started?.attempt ?? 0}::int, CASE WHEN ${started !== null}::boolean THEN guarded.id END,
             now(), CASE WHEN ${started !== null}::boolean THEN now() END
      FROM guarded
    )`;
}

interface Command {
  turnId: TurnId;
  /** All of it but its author, who is in a row of their own. */
  body: object;
}

function commandOf({ said, started }: HandOver): Command | null {
  if (said.kind === 'steer.sent') {
    const { turnId } = said;
    return { turnId, body: { type: 'steer', ...speech(said, { turnId, agentIdsOf: said.promptId }) } };
  }
  if (!started) return null;
  const { turnId, attempt } = started;
  return { turnId, body: { type: 'prompt', ...speech(said, { turnId, agentIdsOf: turnId }), attempt } };
}

function speech(
  { promptId, text, attachments }: HandOver['said'],
  { turnId, agentIdsOf }: { turnId: TurnId; agentIdsOf: TurnId | PromptId },
): Omit<SteerCommand, 'type' | 'author'> {
  return {
    ...{ promptId, turnId, ...mintAgentIds(Date.now(), agentIdsOf), text },
    attachments: attachments.map((attachment) => ({ ...attachment, url: null })),
  };
}

/**
 * The number is counted from what was there when the statement began. A command that was added while it waited for the
 * session's row makes it fail as a double, and nothing of it is written (`isCrossedCommand`).
 */
function insertCommand({ authorId }: HandOver, { turnId, body }: Command): Prisma.Sql {
  return Prisma.sql`, handed AS (
      INSERT INTO sandbox_command (session_id, n, turn_id, command)
      SELECT guarded.id,
             (SELECT COALESCE(max(n), 0) + 1 FROM sandbox_command WHERE session_id = guarded.id),
             ${turnId}::uuid,
             ${JSON.stringify(body)}::jsonb || jsonb_build_object('author', ${COMMAND_AUTHOR})
      FROM guarded LEFT JOIN "user" AS author ON author.id = ${authorId}
      RETURNING n, command
    )`;
}
