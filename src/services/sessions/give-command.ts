import type { SessionRight } from '@/domain/access/roles';
import { AppError, type ErrorCode } from '@/domain/errors';
import type { Attachment } from '@/domain/events/session-event';
import type { CommandId, SessionId } from '@/domain/ids';
import type { PersonCommand, Refusal } from '@/domain/session/commands';
import { actorOf, type Caller } from '../caller';
import type { Deps } from '../deps';
import { authorizeSession } from './authorize-session';
import { runCommand } from './run-command';

type GivenType = Exclude<PersonCommand['type'], 'create'>;

/** The right that each command needs. */
const RIGHT = {
  send: 'prompt',
  steer: 'steer',
  interrupt: 'steer',
  answer: 'prompt',
  edit: 'prompt',
  withdraw: 'prompt',
  promote: 'prompt',
  retry: 'prompt',
  stop: 'steer',
  title: 'prompt',
  archive: 'steer',
  role: 'prompt',
  comment: 'prompt',
  resolve: 'prompt',
  budget: 'steer',
  fork: 'see',
} satisfies Record<GivenType, SessionRight>;

const REFUSAL_CODE = {
  archived: 'conflict',
  empty_prompt: 'bad_input',
  prompt_too_long: 'too_large',
  queue_full: 'conflict',
  duplicate_prompt: 'conflict',
  prompt_not_waiting: 'conflict',
  prompt_not_retryable: 'conflict',
  turn_not_running: 'conflict',
  too_many_attachments: 'bad_input',
  attachment_not_here: 'bad_input',
  ask_not_open: 'conflict',
  answer_does_not_fit: 'bad_input',
  only_watching: 'forbidden',
  not_driver: 'forbidden',
  last_driver: 'conflict',
  empty_comment: 'bad_input',
  too_many_comments: 'conflict',
  comment_not_open: 'conflict',
  stale: 'conflict',
} satisfies Record<Refusal['code'], ErrorCode>;

/** A refusal as an error of the door; the refusal's own code is among the details. */
export function refusalError(refusal: { code: string; message: string }): AppError {
  const code = REFUSAL_CODE[refusal.code as Refusal['code']]; // receipts hold nothing but refusals of our own
  return new AppError(code, refusal.message, { details: { refusal: refusal.code } });
}

/** Gives a person's command to a session, when they have the right. Answers where the log stands after it. */
export async function giveCommand(
  deps: Deps,
  caller: Caller,
  given: {
    sessionId: SessionId;
    commandId: CommandId;
    command: Extract<PersonCommand, { type: GivenType }>;
  },
): Promise<{ seq: number }> {
  const { sessionId, commandId, command } = given;
  const read = await authorizeSession(deps, { caller, sessionId, right: RIGHT[command.type] });
  if ('attachments' in command) refuseForeign(sessionId, command.attachments ?? []);
  const answer = await runCommand(deps, { read, sessionId, commandId, command, actor: actorOf(caller) });
  if (!answer.ok) throw refusalError(answer.refusal);
  return { seq: answer.seq };
}

/** Whoever may see a session is given addresses of its files, so they must be its own. */
export function refuseForeign(sessionId: SessionId, attachments: readonly Attachment[]): void {
  const foreign = attachments.find(({ blob }) => !blob.key.startsWith(`${sessionId}/attachment/`));
  if (!foreign) return;
  throw refusalError({
    code: 'attachment_not_here',
    message: `The file ${foreign.name} was not uploaded for this session. Attach it again.`,
  });
}
