import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface BranchCheck {
  commit: string;
  author: string;
  subject: string;
  /** `git diff --stat` of the branch against where it started. */
  stat: string;
  tests: 'passed' | 'none';
}

/** Git as somebody who has never seen Dispatch would use it. */
function git(folder: string, ...args: string[]): string {
  return execFileSync('git', args, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
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
  execFileSync('git', ['clone', '--quiet', repositoryUrl, folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  git(folder, 'fetch', '--quiet', bundle, `refs/heads/${branch}:refs/heads/${branch}`);
  git(folder, 'checkout', '--quiet', branch);
  const stat = git(folder, 'diff', '--stat', `${baseSha}..HEAD`);
  if (stat === '') throw new Error(`The branch ${branch} holds no change against ${baseSha}.`);
  return {
    commit: git(folder, 'rev-parse', 'HEAD'),
    author: git(folder, 'log', '-1', '--format=%an <%ae>'),
    subject: git(folder, 'log', '-1', '--format=%s'),
    stat,
    tests: runTests(folder),
  };
}

function runTests(folder: string): 'passed' | 'none' {
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) return 'none';
  const { scripts } = JSON.parse(readFileSync(manifest, 'utf8')) as { scripts?: { test?: string } }; // npm's own format
  if (scripts?.test === undefined) return 'none';
  execFileSync('npm', ['test', '--silent'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  return 'passed';
}
