import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BootResponse, CredentialsResponse } from '@/domain/wire/bridge';
import { type CloneRequest, cloneRepository, isCloned, switchClone } from '../workspace/clone';
import { Git } from '../workspace/git';
import { restoreBundle } from '../workspace/restore-bundle';
import { WorkspaceError } from '../workspace/workspace-error';
import type { BridgeEnvironment } from './environment';
import type { ServerClient } from './server-client';
import { isForeignClone, ownClone } from './take-over-disk';

/** Git of the session's clone, whether it is there yet or not. */
export function sessionGit(environment: BridgeEnvironment, boot: BootResponse): Git {
  const folder = join(environment.DISPATCH_WORKSPACE, boot.repository.name);
  return new Git(folder, join(environment.DISPATCH_STATE, 'git-home'), environment.PATH);
}

export interface Preparation {
  environment: BridgeEnvironment;
  boot: BootResponse;
  server: ServerClient;
  git: Git;
  /** Called before a clone, not for a repository that a restored disk brought along. */
  onClone: () => void;
  /** Called when a prebuilt clone has been brought to the session's branch, with the paths that are others there. */
  onSwitched: (changed: readonly string[]) => void;
}

/** Makes the repository be there, with the session's work in it. Errors: WorkspaceError, RefusedError. */
export async function prepareWorkspace(preparation: Preparation): Promise<void> {
  const { environment, git, onClone } = preparation;
  if (isForeignClone(environment)) await switchToOwnBranch(preparation);
  if (isCloned(git.folder)) return bringUpToDate(preparation);
  onClone();
  mkdirSync(environment.DISPATCH_WORKSPACE, { recursive: true });
  await cloneRepository(git, await cloneRequest(preparation));
  ownClone(environment);
  try {
    await applyBundle(preparation);
  } catch (error) {
    // Half a session would look like a whole one at the next start.
    rmSync(git.folder, { recursive: true, force: true });
    throw error;
  }
}

/**
 * A prebuilt clone is brought to the session's branch as it is now, with all that git ignores kept in place. One that
 * can't be is given up for a fresh one, which says what is wrong if it is the repository.
 */
async function switchToOwnBranch(preparation: Preparation): Promise<void> {
  const { environment, git, onSwitched } = preparation;
  if (!isCloned(git.folder)) return;
  let changed: string[];
  try {
    changed = await switchClone(git, await cloneRequest(preparation));
  } catch (error) {
    if (!(error instanceof WorkspaceError)) throw error;
    console.error(`bridge: the prebuilt clone is given up: ${error.message}`);
    rmSync(git.folder, { recursive: true, force: true });
    return;
  }
  onSwitched(changed);
  ownClone(environment);
}

async function cloneRequest({ boot, server }: Preparation): Promise<CloneRequest> {
  const credentials = boot.repository.needsCredentials ? await fetchCredentials(server) : null;
  const { repository, baseBranch, branch } = boot;
  return { repository, baseBranch, branch, credentials };
}

/** A disk from before the last turns gets what those changed, once in a life. */
async function bringUpToDate(preparation: Preparation): Promise<void> {
  const { environment, boot } = preparation;
  const done = join(environment.DISPATCH_STATE, `brought-up-to-date-${environment.DISPATCH_EPOCH}`);
  if (!boot.isBundleNewer || existsSync(done)) return;
  await applyBundle(preparation);
  writeFileSync(done, '', { mode: 0o600 });
}

async function applyBundle({ environment, boot, git }: Preparation): Promise<void> {
  if (boot.bundleUrl === null) return;
  const file = join(environment.DISPATCH_STATE, 'restore.bundle');
  try {
    writeFileSync(file, await download(boot.bundleUrl), { mode: 0o600 });
    await restoreBundle(git, { file, branch: boot.branch, storedAs: boot.bundleBranch });
  } finally {
    rmSync(file, { force: true });
  }
}

function fetchCredentials(server: ServerClient): Promise<CredentialsResponse> {
  return server.call({
    method: 'POST',
    path: '/api/sandbox/credentials',
    body: {},
    answer: CredentialsResponse,
    timeoutMs: 15_000,
  });
}

async function download(url: string): Promise<Buffer> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(120_000) });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    throw new WorkspaceError(
      'work_not_restored',
      'The session’s earlier work could not be fetched. It is still kept as a bundle.',
      String(error),
    );
  }
}
