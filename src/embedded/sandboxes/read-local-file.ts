import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type RepositoryText } from '@/domain/wire/sandbox-host';
import { gitEnvironment } from './git-environment';
import { inspectLocalRepository } from './inspect-local-repository';

const run = promisify(execFile);

const GIT_TIMEOUT_MS = 15_000;
const GIT_OUTPUT_BYTES = 16 * 1024 * 1024;
/** What people read on a page; a longer file is shown to here. */
const MAX_CHARS = 64 * 1024;

/**
 * Reads a file at the head of a branch of a local repository; nothing of the repository is run, and what lies in the
 * working tree does not count. Errors are those of `inspectLocalRepository`.
 */
export async function readLocalFile(given: {
  path: string;
  branch: string;
  file: string;
}): Promise<RepositoryText> {
  const { path, branch, file } = given;
  const { branches } = await inspectLocalRepository(path);
  if (!branches.includes(branch)) return { text: null, isCut: false };
  const head = `refs/heads/${branch}`;
  const listed = await git(path, ['ls-tree', '-z', '--full-tree', head, '--', file]);
  // `<mode> <type> <id>\t<path>`; a folder or a link's target is no text.
  const [, id] = /^100\d{3} blob ([0-9a-f]+)\t/.exec(listed) ?? [];
  if (id === undefined) return { text: null, isCut: false };
  const text = await git(path, ['cat-file', 'blob', id]);
  return { text: text.slice(0, MAX_CHARS), isCut: text.length > MAX_CHARS };
}

async function git(folder: string, argv: string[]): Promise<string> {
  const limits = { timeout: GIT_TIMEOUT_MS, maxBuffer: GIT_OUTPUT_BYTES };
  // A name is a name, whatever signs are in it.
  const env = gitEnvironment({ GIT_LITERAL_PATHSPECS: '1' });
  const { stdout } = await run('git', argv, { cwd: folder, env, ...limits });
  return stdout;
}
