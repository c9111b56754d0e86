import {
  findBuilds,
  findPrebuilt,
  type PrebuiltRepository,
  saveEnvironment,
  setPrebuild,
} from '@/db/environment-builds';
import { findTeamsOf } from '@/db/people';
import { eventsOfKinds } from '@/db/events';
import { hasRight, type SessionRight } from '@/domain/access/roles';
import type { EnvironmentBuild } from '@/domain/environment/build';
import { MAX_ENVIRONMENT_BYTES, readEnvironment } from '@/domain/environment/environment';
import { AppError } from '@/domain/errors';
import { type RepositoryId, SessionId } from '@/domain/ids';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { type MayAskGitHub, refuseWithoutRepository } from '../github/insist-on-right';
import { refreshBuilds } from './refresh-builds';
import { startBuild } from './start-build';

/** As many as a build tells at most, and some. */
const MAX_LOG_EVENTS = 5_000;

/** What the settings show of a repository's sandboxes. */
export interface RepositoryEnvironmentView {
  /** What counts instead of the file; null for the file. */
  environment: string | null;
  /** How often it is prebuilt apart from pushes; null for never. */
  prebuildMinutes: number | null;
  /** Newest first. */
  builds: EnvironmentBuild[];
  mayChange: boolean;
}

/** Errors: `repository_not_found`, `repository_forbidden`. */
export async function readRepositoryEnvironment(
  deps: MayAskGitHub,
  caller: Caller,
  repositoryId: RepositoryId,
): Promise<RepositoryEnvironmentView> {
  const { repository, mayChange } = await authorizeRepository(deps, caller, { repositoryId, right: 'see' });
  const { environment, prebuildMinutes } = repository;
  return { environment, prebuildMinutes, mayChange, builds: await findBuilds(deps.db, repositoryId) };
}

/** Saves what counts instead of `.dispatch/environment.json`, or null for the file. Errors: `bad_input` with what is wrong. */
export async function changeEnvironment(
  deps: MayAskGitHub,
  caller: Caller,
  { repositoryId, environment }: { repositoryId: RepositoryId; environment: string | null },
): Promise<void> {
  await authorizeRepository(deps, caller, { repositoryId, right: 'administer' });
  if (environment !== null) refuseWrong(environment);
  await saveEnvironment(deps.db, repositoryId, environment);
}

function refuseWrong(environment: string): void {
  const problems =
    Buffer.byteLength(environment) > MAX_ENVIRONMENT_BYTES
      ? [`it is larger than ${MAX_ENVIRONMENT_BYTES} bytes`]
      : readEnvironment(environment).problems;
  if (problems.length === 0) return;
  throw new AppError('bad_input', `Not saved: ${problems.join('; ')}.`);
}

/** Turns prebuilding on, beginning now, or off with null. What was built serves on. */
export async function changePrebuild(
  deps: Deps,
  caller: Caller,
  { repositoryId, minutes }: { repositoryId: RepositoryId; minutes: number | null },
): Promise<void> {
  await authorizeRepository(deps, caller, { repositoryId, right: 'administer' });
  await setPrebuild(deps.db, repositoryId, { minutes, by: caller.person.id });
  if (minutes !== null) deps.defer(() => refreshBuilds(deps, 'schedule'));
}

/** Builds it now, whatever was built before; one that is at work is joined. Errors: those of `startBuild`. */
export async function rebuildEnvironment(
  deps: Deps,
  caller: Caller,
  repositoryId: RepositoryId,
): Promise<{ isNew: boolean }> {
  await authorizeRepository(deps, caller, { repositoryId, right: 'prompt' });
  const answer = await startBuild(deps, repositoryId, { trigger: 'person', startedBy: caller.person.id });
  return { isNew: answer === 'begun' };
}

/** What a build printed, and how its sandbox came to its end, as one text. Errors: `not_found` for no such build. */
export async function readBuildLog(
  deps: MayAskGitHub,
  caller: Caller,
  { repositoryId, buildId }: { repositoryId: RepositoryId; buildId: string },
): Promise<{ text: string }> {
  await authorizeRepository(deps, caller, { repositoryId, right: 'see' });
  const build = (await findBuilds(deps.db, repositoryId)).find(({ id }) => id === buildId);
  if (!build) throw new AppError('not_found', 'This build is not remembered any more.');
  const events = await eventsOfKinds(deps.db, SessionId.parse(build.id), {
    kinds: ['setup.log', 'sandbox.phase'],
    limit: MAX_LOG_EVENTS,
  });
  const lines = events.map(({ event }) => {
    if (event.kind === 'setup.log') return event.text;
    if (event.kind !== 'sandbox.phase') return '';
    return `\n[${event.phase}] ${event.reason?.message ?? ''}\n`;
  });
  return {
    text: lines
      .join('')
      .replaceAll(/\n{2,}\[/g, '\n[')
      .trim(),
  };
}

/** The repository, when the caller has the right in its team and may see it at its host. */
async function authorizeRepository(
  deps: MayAskGitHub,
  caller: Caller,
  { repositoryId, right }: { repositoryId: RepositoryId; right: SessionRight },
): Promise<{ repository: PrebuiltRepository; mayChange: boolean }> {
  const repository = await findPrebuilt(deps.db, repositoryId);
  const teams = await findTeamsOf(deps.db, caller.person.id);
  const team = teams.find(({ id }) => id === repository?.teamId);
  if (!repository || !team) {
    throw new AppError('repository_not_found', 'Your teams have no such repository.');
  }
  if (!hasRight(team.role, right)) {
    throw new AppError('forbidden', `As a ${team.role} of this team you can’t change its repositories.`);
  }
  await refuseWithoutRepository(deps, caller, repository);
  return { repository, mayChange: hasRight(team.role, 'administer') };
}
