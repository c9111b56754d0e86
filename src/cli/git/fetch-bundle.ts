import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@/domain/errors';
import { visibleLine } from '../print/visible-text';
import { runGit } from './run-git';

/** Where a sandbox puts the tree that was not committed. */
const UNCOMMITTED_REF = 'refs/dispatch/uncommitted';

interface Bundle {
  content: Buffer;
  /** The branch's name in the bundle, and what it shall be called here. */
  theirs: string;
  branch: string;
  baseSha: string;
}

/**
 * Takes a session's commits into a checkout and switches to their branch; what was not committed is put into the files
 * only. Errors: `conflict` when the base is not there, when a branch of that name has other commits, and when git
 * refuses what the agent made.
 */
export async function fetchBundle(checkout: string, bundle: Bundle): Promise<{ hasUncommitted: boolean }> {
  const { branch, theirs, baseSha } = bundle;
  await mustRun(
    checkout,
    ['check-ref-format', '--branch', branch],
    `“${visibleLine(branch)}” is no name of a branch.`,
  );
  const noBase = `This checkout has not the commit ${baseSha.slice(0, 12)} that the session began at. Run git fetch, then try again.`;
  await mustRun(checkout, ['cat-file', '-e', `${baseSha}^{commit}`], noBase);
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-bundle-'));
  try {
    const file = join(folder, 'session.bundle');
    writeFileSync(file, bundle.content, { mode: 0o600 });
    const heads = (
      await mustRun(checkout, ['bundle', 'list-heads', file], 'The session’s bundle can’t be read.')
    ).split('\n');
    const shaOf = (ref: string) => heads.find((line) => line.endsWith(` ${ref}`))?.split(' ')[0];
    // Objects first, checked (a tree may hold a name that git would write into .git), and no ref before all is well.
    const refs = [`refs/heads/${theirs}`, UNCOMMITTED_REF].filter((ref) => shaOf(ref) !== undefined);
    await mustRun(
      checkout,
      [
        '-c',
        'fetch.fsckObjects=true',
        'fetch',
        '--quiet',
        '--no-tags',
        '--no-recurse-submodules',
        file,
        ...refs,
      ],
      'Git refuses what the session made.',
    );
    await switchTo(checkout, branch, shaOf(`refs/heads/${theirs}`) ?? baseSha);
    const uncommitted = shaOf(UNCOMMITTED_REF);
    if (uncommitted !== undefined) {
      await mustRun(
        checkout,
        ['read-tree', '-u', '--reset', uncommitted],
        'What was not committed could not be put into the files.',
      );
      await mustRun(checkout, ['reset', '--quiet'], 'The index could not be reset.');
    }
    return { hasUncommitted: uncommitted !== undefined };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A branch that is here already is only moved forward: commits of one's own on it stay. */
async function switchTo(checkout: string, branch: string, sha: string): Promise<void> {
  const ref = `refs/heads/${branch}`;
  const { code } = await runGit(checkout, 'rev-parse', '--verify', '--quiet', ref);
  if (code !== 0) {
    await mustRun(checkout, ['checkout', '--quiet', '-b', branch, sha], 'The branch could not be made.');
    return;
  }
  const other = `The branch ${visibleLine(branch)} is here already with commits of its own. Give it another name: --branch.`;
  await mustRun(checkout, ['merge-base', '--is-ancestor', ref, sha], other);
  await mustRun(checkout, ['checkout', '--quiet', branch], 'The branch could not be checked out.');
  await mustRun(checkout, ['merge', '--quiet', '--ff-only', sha], other);
}

async function mustRun(checkout: string, words: readonly string[], otherwise: string): Promise<string> {
  const { code, stdout, stderr } = await runGit(checkout, '-c', 'core.hooksPath=/dev/null', ...words);
  if (code === 0) return stdout;
  throw new AppError('conflict', `${otherwise} ${visibleLine(stderr, 300)}`.trim());
}
