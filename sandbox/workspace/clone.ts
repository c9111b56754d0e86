import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { BootResponse, CredentialsResponse } from '@/domain/wire/bridge';
import { type Git, type GitOptions, gitFailed } from './git';
import type { ProgramResult } from './run-program';
import { WorkspaceError } from './workspace-error';

const CLONE_TIMEOUT_MS = 15 * 60_000;
const LOOK_TIMEOUT_MS = 60_000;

/** Where the session's work began: the base branch as it was at the first clone. Bundles start there. */
export const BASE_REF = 'refs/dispatch/base';

type Repository = BootResponse['repository'];

export interface CloneRequest {
  repository: Repository;
  baseBranch: string;
  branch: string;
  /** Read-only, for this one repository; null where it is public or local. */
  credentials: CredentialsResponse | null;
}

/**
 * Clones into the folder of `git` and checks the session's branch out. A clone becomes visible only when it is
 * whole, so one that was cut off is started again. Errors: WorkspaceError, each with words for people.
 */
export async function cloneRepository(git: Git, request: CloneRequest): Promise<void> {
  const access = accessOf(request);
  await checkRemote(git, request, access);
  const partial = `${git.folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  const args = ['clone', '--quiet', '--no-hardlinks', '--branch', request.baseBranch, '--'];
  const cloned = await git.run([...args, request.repository.cloneUrl, partial], {
    ...access,
    cwd: dirname(git.folder),
    timeoutMs: CLONE_TIMEOUT_MS,
  });
  if (cloned.code !== 0) {
    rmSync(partial, { recursive: true, force: true });
    throw explain(cloned, request);
  }
  await git.text(['update-ref', BASE_REF, 'HEAD'], { cwd: partial });
  await git.text(['checkout', '--quiet', '-B', request.branch, '--no-track'], { cwd: partial });
  rmSync(git.folder, { recursive: true, force: true });
  renameSync(partial, git.folder);
}

/**
 * Brings a clone that another session's sandbox made to the head of this session's base branch, on a branch of its
 * own, and answers the paths that are others there. What git ignores stays: dependencies, caches. Errors:
 * WorkspaceError; the clone may be half switched then.
 */
export async function switchClone(git: Git, request: CloneRequest): Promise<string[]> {
  const access = accessOf(request);
  await checkRemote(git, request, access);
  const { cloneUrl } = request.repository;
  const tracked = `refs/remotes/origin/${request.baseBranch}`;
  const wanted = `+refs/heads/${request.baseBranch}:${tracked}`;
  const fetched = await git.run(['fetch', '--quiet', '--no-tags', '--', cloneUrl, wanted], {
    ...access,
    timeoutMs: CLONE_TIMEOUT_MS,
  });
  if (fetched.code !== 0) throw explain(fetched, request);
  const changed = await git.text(['diff', '--name-only', '-z', 'HEAD', tracked]);
  await git.text(['remote', 'set-url', 'origin', cloneUrl]);
  await git.text(['checkout', '--quiet', '--force', '--no-track', '-B', request.branch, tracked]);
  await git.text(['clean', '--quiet', '-d', '--force']);
  await git.text(['update-ref', BASE_REF, 'HEAD']);
  return changed.split('\0').filter(Boolean);
}

/** Whether the session's clone is there already, as on a restored disk. */
export function isCloned(folder: string): boolean {
  return existsSync(`${folder}/.git`);
}

/** A look before the clone tells an empty repository from a missing branch, which clone itself does not. */
async function checkRemote(git: Git, request: CloneRequest, access: GitOptions): Promise<void> {
  const { cloneUrl } = request.repository;
  const listed = await git.run(['ls-remote', '--heads', '--', cloneUrl], {
    ...access,
    cwd: dirname(git.folder),
    timeoutMs: LOOK_TIMEOUT_MS,
  });
  if (listed.code !== 0) throw explain(listed, request);
  const branches = listed.stdout.toString('utf8').split('\n').filter(Boolean);
  if (branches.length === 0) {
    throw new WorkspaceError(
      'repository_empty',
      'The repository is empty. Push a first commit to it and start again.',
      listed.stderr,
    );
  }
  if (!branches.some((line) => line.endsWith(`\trefs/heads/${request.baseBranch}`))) {
    throw new WorkspaceError(
      'branch_missing',
      `The repository has no branch called “${request.baseBranch}”.`,
      listed.stderr,
    );
  }
}

/** Which transports this repository may use, and the credentials for its host alone. */
function accessOf({ repository, credentials }: CloneRequest): GitOptions {
  const { kind, cloneUrl } = repository;
  if (cloneUrl.startsWith('/')) {
    if (kind !== 'local' && kind !== 'demo') throw refusedAddress(cloneUrl);
    return { protocols: ['file'] };
  }
  const url = URL.canParse(cloneUrl) ? new URL(cloneUrl) : null;
  if (url?.protocol !== 'https:' && !(url?.protocol === 'http:' && isLoopback(url.hostname))) {
    throw refusedAddress(cloneUrl);
  }
  const protocols = [url.protocol === 'https:' ? 'https' : 'http'] as const;
  if (!credentials) return { protocols };
  return {
    protocols,
    config: [`credential.${url.origin}.helper=${CREDENTIAL_HELPER}`],
    env: { DISPATCH_GIT_USERNAME: credentials.username, DISPATCH_GIT_PASSWORD: credentials.password },
  };
}

/** Answers from the environment of this one git process: the token is in no file, address or argument. */
const CREDENTIAL_HELPER =
  '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$DISPATCH_GIT_USERNAME" "$DISPATCH_GIT_PASSWORD"; }; f';

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function refusedAddress(cloneUrl: string): WorkspaceError {
  return new WorkspaceError(
    'address_refused',
    'Only https addresses can be cloned, and folders of this machine where the sandbox runs on it.',
    cloneUrl,
  );
}

const EXPLANATIONS: readonly (readonly [RegExp, WorkspaceError['code'], string])[] = [
  [/no space left on device|disk quota exceeded/i, 'disk_full', 'The sandbox’s disk is full.'],
  [
    /error: 40[13]|authentication failed|access denied|permission denied|invalid username or/i,
    'repository_refused',
    'The repository refused access. Check that it is shared with Dispatch and that the sign-in still holds.',
  ],
  [
    /could not read (username|password)|terminal prompts disabled/i,
    'repository_refused',
    'The repository is private or does not exist. Connect an account that can read it, or check the address.',
  ],
  [
    /not found|does not exist|does not appear to be a git repo|no such file or directory/i,
    'repository_not_found',
    'There is no repository at this address. Check it for a typing mistake.',
  ],
  [
    /could not resolve host|failed to connect|couldn't connect|connection (refused|timed out|reset)|unable to access/i,
    'repository_unreachable',
    'The repository’s server could not be reached from the sandbox.',
  ],
];

function explain(result: ProgramResult, request: CloneRequest): WorkspaceError {
  const said = result.stderr;
  if (result.isTimedOut) {
    return new WorkspaceError('repository_unreachable', 'Cloning the repository took too long.', said);
  }
  if (/remote branch .* not found/i.test(said)) {
    return new WorkspaceError(
      'branch_missing',
      `The repository has no branch “${request.baseBranch}”.`,
      said,
    );
  }
  const found = EXPLANATIONS.find(([pattern]) => pattern.test(said));
  return found ? new WorkspaceError(found[1], found[2], said) : gitFailed(['clone'], result);
}
