import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '@/domain/errors';
import { type LocalRepository } from '@/domain/wire/sandbox-host';
import { gitEnvironment } from './git-environment';

const run = promisify(execFile);

const GIT_TIMEOUT_MS = 15_000;
const GIT_OUTPUT_BYTES = 16 * 1024 * 1024;

/**
 * Reads what a folder of this machine is as a git repository: a working tree, a linked one, or a bare repository.
 * Nothing of the repository is run. Errors: `bad_input` for a path that is not absolute, `repository_not_found`,
 * `repository_forbidden` when the folder can't be read, `repository_empty` when it has no branch with a commit.
 */
export async function inspectLocalRepository(path: string): Promise<LocalRepository> {
  if (!isAbsolute(path) || path.includes('\0')) {
    throw new AppError('bad_input', `The path of a local repository has to be absolute, and ${path} is not.`);
  }
  const folder = await readableFolder(path);
  await requireRepository(folder);
  const listed = await git(folder, ['for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads']);
  const branches = listed.split('\n').filter(Boolean);
  const [first] = branches;
  if (first === undefined) {
    throw new AppError(
      'repository_empty',
      `${path} has no branch with a commit yet: commit something first.`,
    );
  }
  // A detached HEAD names no branch.
  const head = await git(folder, ['symbolic-ref', '--quiet', '--short', 'HEAD']).catch(() => '');
  const usual = [head.trim(), 'main', 'master'].find((name) => branches.includes(name));
  const defaultBranch = usual ?? first;
  const headCommit = (await git(folder, ['rev-parse', '--verify', `refs/heads/${defaultBranch}`])).trim();
  return { defaultBranch, branches, headCommit };
}

async function readableFolder(path: string): Promise<string> {
  try {
    const folder = await realpath(path);
    if (!(await stat(folder)).isDirectory()) {
      throw new AppError('repository_not_found', `${path} is not a folder.`);
    }
    await access(folder, constants.R_OK | constants.X_OK);
    return folder;
  } catch (error) {
    if (error instanceof AppError) throw error;
    // Failures of the file system carry Node's code.
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM') {
      throw new AppError('repository_forbidden', `${path} can't be read by this program.`, { cause: error });
    }
    throw new AppError('repository_not_found', `There is no folder ${path} on this machine.`, {
      cause: error,
    });
  }
}

async function requireRepository(folder: string): Promise<void> {
  try {
    await git(folder, ['rev-parse', '--git-dir']);
  } catch (error) {
    if (isMissingProgram(error)) {
      throw new AppError(
        'internal',
        'git is needed to read a local repository, and there is none on the path.',
        {
          cause: error,
        },
      );
    }
    const message = `${folder} is not a git repository itself; a folder inside of one is not enough.`;
    throw new AppError('repository_not_found', message, { cause: error });
  }
}

function isMissingProgram(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

async function git(folder: string, argv: string[]): Promise<string> {
  // The ceiling keeps git from finding a repository that merely contains the folder.
  const env = gitEnvironment({ GIT_CEILING_DIRECTORIES: dirname(folder) });
  const limits = { timeout: GIT_TIMEOUT_MS, maxBuffer: GIT_OUTPUT_BYTES };
  const { stdout } = await run('git', argv, { cwd: folder, env, ...limits });
  return stdout;
}
