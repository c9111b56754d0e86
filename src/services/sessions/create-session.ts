import { randomUUID } from 'node:crypto';
import { insertSession } from '@/db/sessions';
import { AppError } from '@/domain/errors';
import { SYSTEM } from '@/domain/events/actor';
import type { Effort, ModelRef } from '@/domain/events/session-event';
import { CommandId, type SessionId, TurnId } from '@/domain/ids';
import type { Said } from '@/domain/session/commands';
import { decide } from '@/domain/session/decide';
import { INITIAL_STATE } from '@/domain/session/state';
import { titleOf, workBranch } from '@/domain/session/naming';
import { actorOf, type Caller } from '../caller';
import type { Deps } from '../deps';
import { insistOnModel, modelOf } from '../models/find-model';
import { readPreferences } from '../preferences/read-preferences';
import { resolveRepository, type RepositoryChoice } from '../repositories/resolve-repository';
import { authorizeSession } from './authorize-session';
import { authorizeTeam } from './authorize-team';
import { refusalError, refuseForeign } from './give-command';
import { runCommand } from './run-command';
import { viewSession, type SessionView } from './session-view';

export interface CreateSession {
  /** Made by the client, so that the same creation sent twice is one session. */
  sessionId: SessionId;
  commandId: CommandId;
  repository: RepositoryChoice;
  /** The branch to start from; the repository's default when left out. */
  baseBranch?: string | undefined;
  /** The model to run on; the person's own choice, or the deployment's, when left out. */
  modelId?: string | undefined;
  /** How hard it thinks, null for its own way; the person's own choice when left out. */
  effort?: Effort | null | undefined;
  prompt?: Said | undefined;
}

/**
 * Opens a session, with a first prompt when one is given. The repository and its branch are looked at first, so that
 * a wrong one is refused before anything is made. Errors: those of `resolveRepository`, `branch_not_found`.
 */
export async function createSession(deps: Deps, caller: Caller, input: CreateSession): Promise<SessionView> {
  const { sessionId, commandId, prompt } = input;
  refuseEarly(input);
  const { model, effort } = await chooseModel(deps, caller, input);
  const { repository, branches } = await resolveRepository(deps, caller, input.repository);
  const baseBranch = input.baseBranch ?? repository.defaultBranch;
  if (!branches.includes(baseBranch)) {
    throw new AppError(
      'branch_not_found',
      `${repository.name} has no branch “${baseBranch}”. It has: ${branches.slice(0, 10).join(', ')}.`,
    );
  }
  await authorizeTeam(deps, caller, repository.teamId);
  const title = titleOf(prompt?.text ?? '');
  const branch = workBranch(title, sessionId);
  const { id: repositoryId, kind, name, url } = repository;
  await insertSession(deps.db, {
    ...{ id: sessionId, repositoryId, title, baseBranch, branch },
    teamId: repository.teamId,
    creatorId: caller.person.id,
    modelId: model.id,
    effort,
    state: INITIAL_STATE,
  });
  // An id that another team's session has must not let anybody into it.
  await authorizeSession(deps, { caller, sessionId, right: 'prompt' });
  const actor = actorOf(caller);
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

/** Errors: `model_unavailable`; `bad_input` for a model that can't be asked to think that hard. */
async function chooseModel(
  deps: Pick<Deps, 'db' | 'config'>,
  caller: Caller,
  input: Pick<CreateSession, 'modelId' | 'effort'>,
): Promise<{ model: ModelRef; effort: Effort | null }> {
  const { config } = deps;
  const wanted = await readPreferences(deps, caller);
  const { ref, efforts } =
    input.modelId === undefined
      ? modelOf(config, { modelId: wanted.modelId ?? '' })
      : insistOnModel(config, input.modelId);
  const { effort } = input;
  if (effort && !efforts.includes(effort)) {
    throw new AppError('bad_input', `${ref.label} can’t be asked to think with ${effort} effort.`);
  }
  const usual = wanted.effort !== null && efforts.includes(wanted.effort) ? wanted.effort : null;
  return { model: ref, effort: effort === undefined ? usual : effort };
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
