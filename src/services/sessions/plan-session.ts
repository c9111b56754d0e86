import type { NewSession } from '@/db/sessions';
import { AppError } from '@/domain/errors';
import type { Effort, ModelRef } from '@/domain/events/session-event';
import type { SessionId } from '@/domain/ids';
import { workBranch } from '@/domain/session/naming';
import { INITIAL_STATE } from '@/domain/session/state';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { insistOnModel, modelOf } from '../models/find-model';
import { readPreferences } from '../preferences/read-preferences';
import { resolveRepository, type RepositoryChoice } from '../repositories/resolve-repository';
import { authorizeTeam } from './authorize-team';

/** On what a session is to run, as somebody asked for it. */
export interface SessionPlan {
  /** Made by the client, so that the same creation sent twice is one session. */
  sessionId: SessionId;
  repository: RepositoryChoice;
  /** The branch to start from; the repository's default when left out. */
  baseBranch?: string | undefined;
  /** The model to run on; the person's own choice, or the deployment's, when left out. */
  modelId?: string | undefined;
  /** How hard it thinks, null for its own way; the person's own choice when left out. */
  effort?: Effort | null | undefined;
}

/** The same, looked up: nothing is left out. */
export interface PlannedSession {
  repository: Awaited<ReturnType<typeof resolveRepository>>['repository'];
  baseBranch: string;
  model: ModelRef;
  effort: Effort | null;
}

/** Looks up what was asked for, and that the caller may. Errors: those of `resolveRepository`, `branch_not_found`. */
export async function planSession(deps: Deps, caller: Caller, input: SessionPlan): Promise<PlannedSession> {
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
  return { repository, baseBranch, model, effort };
}

/** The row of a session that nothing has happened in yet. */
export function newRow(
  { person }: Caller,
  { sessionId, plan, title }: { sessionId: SessionId; plan: PlannedSession; title: string },
): NewSession {
  const { repository, baseBranch, model, effort } = plan;
  return {
    ...{ id: sessionId, title, baseBranch, effort },
    branch: workBranch(title, sessionId),
    repositoryId: repository.id,
    teamId: repository.teamId,
    creatorId: person.id,
    modelId: model.id,
    state: INITIAL_STATE,
  };
}

/** Errors: `model_unavailable`; `bad_input` for a model that can't be asked to think that hard. */
async function chooseModel(
  deps: Pick<Deps, 'db' | 'config'>,
  caller: Caller,
  input: Pick<SessionPlan, 'modelId' | 'effort'>,
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
