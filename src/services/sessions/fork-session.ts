import { insertSession } from '@/db/sessions';
import { AppError } from '@/domain/errors';
import { Effort, RepositoryKind } from '@/domain/events/session-event';
import { BlobKey, type CommandId, type SessionId } from '@/domain/ids';
import { workBranch } from '@/domain/session/naming';
import { INITIAL_STATE } from '@/domain/session/state';
import { actorOf, type Caller } from '../caller';
import type { Deps } from '../deps';
import { modelOf } from '../models/find-model';
import { authorizeTeam } from './authorize-team';
import { authorizeSession } from './authorize-session';
import { runCommand } from './run-command';
import { viewSession, type SessionView } from './session-view';

const TITLE_END = ' (fork)';
const MAX_TITLE = 200;

/**
 * Opens a session that carries on from another: on the same repository and model, with the work and the conversation
 * as they are now, on a branch of its own. What either does afterwards is no matter of the other. May be sent again.
 */
export async function forkSession(
  deps: Deps,
  caller: Caller,
  given: { sessionId: SessionId; commandId: CommandId; newSessionId: SessionId },
): Promise<SessionView> {
  const { sessionId, commandId, newSessionId } = given;
  if (sessionId === newSessionId) throw new AppError('bad_input', 'The new session needs an id of its own.');
  const source = await authorizeSession(deps, { caller, sessionId, right: 'see' });
  await authorizeTeam(deps, caller, source.teamId);
  const title = `${source.title.slice(0, MAX_TITLE - TITLE_END.length)}${TITLE_END}`;
  const branch = workBranch(title, newSessionId);
  const { teamId, baseBranch, modelId, repository, bundleKey } = source;
  const effort = Effort.nullable().parse(source.effort);
  await insertSession(deps.db, {
    ...{ id: newSessionId, teamId, repositoryId: repository.id, title, baseBranch, branch, modelId, effort },
    // Until its own work is stored, its sandbox begins with the other's.
    bundleKey: bundleKey === null ? null : BlobKey.parse(bundleKey),
    creatorId: caller.person.id,
    state: INITIAL_STATE,
  });
  await authorizeSession(deps, { caller, sessionId: newSessionId, right: 'prompt' });
  const actor = actorOf(caller);
  const { kind, name, url } = repository;
  await runCommand(deps, {
    ...{ sessionId: newSessionId, commandId, actor },
    command: {
      ...{ type: 'create', title, baseBranch, branch, effort },
      repository: { kind: RepositoryKind.parse(kind), name, url },
      model: modelOf(deps.config, { modelId }).ref,
      forkedFrom: { sessionId, title: source.title, seq: source.lastSeq },
    },
  });
  const fork = { sessionId: newSessionId, title, seq: source.lastSeq };
  await runCommand(deps, { sessionId, commandId, actor, command: { type: 'fork', fork } });
  return viewSession(await authorizeSession(deps, { caller, sessionId: newSessionId, right: 'see' }));
}
