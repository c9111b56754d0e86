import { randomUUID } from 'node:crypto';
import { insertSession } from '@/db/sessions';
import { AppError } from '@/domain/errors';
import { SYSTEM } from '@/domain/events/actor';
import { CommandId, type SessionId, TurnId } from '@/domain/ids';
import type { Said } from '@/domain/session/commands';
import { decide } from '@/domain/session/decide';
import { INITIAL_STATE } from '@/domain/session/state';
import { titleOf } from '@/domain/session/naming';
import { actorOf, type Caller } from '../caller';
import type { Deps } from '../deps';
import { type AuthorizedSession, authorizeSession } from './authorize-session';
import { takeDraft } from './draft-session';
import { refusalError, refuseForeign } from './give-command';
import { newRow, type PlannedSession, planSession, type SessionPlan } from './plan-session';
import { runCommand } from './run-command';
import { viewSession, type SessionView } from './session-view';

export interface CreateSession extends SessionPlan {
  commandId: CommandId;
  prompt?: Said | undefined;
}

/**
 * Opens a session, with a first prompt when one is given. The repository and its branch are looked at first, so that
 * a wrong one is refused before anything is made. A draft under the same id becomes the session, with the sandbox that was
 * started for it. Errors: those of `resolveRepository`, `branch_not_found`.
 */
export async function createSession(deps: Deps, caller: Caller, input: CreateSession): Promise<SessionView> {
  const { sessionId, commandId, prompt } = input;
  refuseEarly(input);
  const plan = await planSession(deps, caller, input);
  const title = titleOf(prompt?.text ?? '');
  const { branch } = await openRow(deps, caller, { sessionId, plan, title });
  const actor = actorOf(caller);
  const { repository, baseBranch, model, effort } = plan;
  const { kind, name, url } = repository;
  const ref = { kind, name, url };
  await runCommand(deps, {
    ...{ sessionId, commandId, actor },
    command: { type: 'create', title, repository: ref, baseBranch, branch, model, effort },
  });
  if (prompt) {
    const sent = await runCommand(deps, {
      ...{ sessionId, actor, commandId: CommandId.parse(prompt.promptId) },
      command: { type: 'send', ...prompt },
    });
    if (!sent.ok) throw refusalError(sent.refusal);
  }
  return viewSession(await authorizeSession(deps, { caller, sessionId, right: 'see' }));
}

/** The session's row: a new one, that of a creation sent before, or what was a draft until now. */
async function openRow(
  deps: Deps,
  caller: Caller,
  given: { sessionId: SessionId; plan: PlannedSession; title: string },
): Promise<AuthorizedSession> {
  const { sessionId } = given;
  for (;;) {
    await insertSession(deps.db, newRow(caller, given));
    // An id that another team's session has must not let anybody into it.
    const session = await authorizeSession(deps, { caller, sessionId, right: 'prompt' });
    // Looked at last, since its draft may arrive only now: it must not stay one.
    if (!session.isDraft || (await takeDraft(deps, session, given))) return session;
  }
}

/** What can be known to be refused is refused before anything is made. */
function refuseEarly({ sessionId, commandId, prompt }: CreateSession): void {
  if (!prompt) return;
  refuseForeign(sessionId, prompt.attachments ?? []);
  const ids: string[] = [commandId, prompt.promptId];
  if (ids[0] === ids[1]) throw new AppError('bad_input', 'The command and the prompt need an id each.');
  const command = { type: 'send', ...prompt } as const;
  const trial = decide(INITIAL_STATE, { command, actor: SYSTEM }, { turnId: TurnId.parse(randomUUID()) });
  if (!trial.ok) throw refusalError(trial.refusal);
}
