import { claimPrebuilds, findBuilding } from '@/db/environment-builds';
import { findSession } from '@/db/sessions';
import type { BuildTrigger } from '@/domain/environment/build';
import { messageOf } from '@/domain/errors';
import { SYSTEM } from '@/domain/events/actor';
import type { SessionId } from '@/domain/ids';
import type { Deps } from '../deps';
import { runCommand } from '../sessions/run-command';
import { settleBuild } from './settle-build';
import { startBuild } from './start-build';

/** The setup's own deadline is an hour at most, and as much goes to the warm-up. */
const MAX_BUILD_SECONDS = 3 * 3_600;

/**
 * Begins every build whose time has come, and ends those that take too long or whose end nobody wrote down. May run
 * twice at once, or be cut off: each step is a guarded write, and what is due stays due.
 */
export async function refreshBuilds(deps: Deps, trigger: BuildTrigger): Promise<void> {
  for (const repositoryId of await claimPrebuilds(deps.db)) {
    try {
      await startBuild(deps, repositoryId, { trigger });
    } catch (error) {
      deps.log.error('an environment could not be looked at; it is at its next time', {
        ...{ repository: repositoryId, error: messageOf(error) },
      });
    }
  }
  for (const { id, startedAt } of await findBuilding(deps.db)) {
    if (Date.now() - startedAt.getTime() > MAX_BUILD_SECONDS * 1_000) await endBuild(deps, id);
    await settleBuild(deps, id);
  }
}

async function endBuild(deps: Deps, sessionId: SessionId): Promise<void> {
  const session = await findSession(deps.db, sessionId);
  if (!session) return;
  const message = `It was not built within ${MAX_BUILD_SECONDS / 3_600} hours.`;
  const reason = { code: 'build_overdue', message };
  const command = { type: 'sandbox-failed', epoch: session.epoch, reason, isFinal: true } as const;
  await runCommand(deps, { sessionId, actor: SYSTEM, command });
}
