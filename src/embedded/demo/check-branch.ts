import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

// Never the blocking form: the git server that is asked may be of this very process.
const run = promisify(execFile);

export interface BranchCheck {
  commit: string;
  author: string;
  subject: string;
  /** `git diff --stat` of the branch against where it started. */
  stat: string;
  tests: 'passed' | 'none';
}

/** Git as somebody who has never seen Dispatch would use it. */
async function git(folder: string, ...args: string[]): Promise<string> {
  const { stdout } = await run('git', args, { cwd: folder, maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim();
}

/**
 * Takes the session's work as plain git sees it: a fresh clone of the repository, the bundle fetched into it, the
 * branch checked out, the repository's tests run. Throws when the change is not there or the tests fail.
 */
export async function checkBranch(given: {
  repositoryUrl: string;
  bundleUrl: string;
  branch: string;
  baseSha: string;
  folder: string;
}): Promise<BranchCheck> {
  const { repositoryUrl, bundleUrl, branch, baseSha, folder } = given;
  const bundle = `${folder}.bundle`;
  const response = await fetch(bundleUrl);
  if (!response.ok) throw new Error(`The bundle can't be read: ${response.status} ${await response.text()}`);
  await writeFile(bundle, Buffer.from(await response.arrayBuffer()));
  await run('git', ['clone', '--quiet', repositoryUrl, folder]);
  await git(folder, 'fetch', '--quiet', bundle, `refs/heads/${branch}:refs/heads/${branch}`);
  await git(folder, 'checkout', '--quiet', branch);
  const stat = await git(folder, 'diff', '--stat', `${baseSha}..HEAD`);
  if (stat === '') throw new Error(`The branch ${branch} holds no change against ${baseSha}.`);
  return {
    commit: await git(folder, 'rev-parse', 'HEAD'),
    author: await git(folder, 'log', '-1', '--format=%an <%ae>'),
    subject: await git(folder, 'log', '-1', '--format=%s'),
    stat,
    tests: await runTests(folder),
  };
}

async function runTests(folder: string): Promise<'passed' | 'none'> {
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) return 'none';
  const { scripts } = JSON.parse(readFileSync(manifest, 'utf8')) as { scripts?: { test?: string } }; // npm's own format
  if (scripts?.test === undefined) return 'none';
  await run('npm', ['test', '--silent'], { cwd: folder });
  return 'passed';
}
