import { BASE_REF } from './clone';
import type { Git } from './git';
import { UNCOMMITTED_REF } from './save-work';
import { markTurnEnd } from './turn-range';
import { WorkspaceError } from './workspace-error';

interface StoredWork {
  file: string;
  /** What the branch is called here. */
  branch: string;
  /** What it is called in the file, when that is another session's. */
  storedAs?: string;
}

/**
 * Brings a fresh clone to where the session's work was: the branch from the bundle, checked out, and on top of
 * it the tree that was not committed. Errors: WorkspaceError `work_not_restored`, since going on without the
 * work would hide that it is missing.
 */
export async function restoreBundle(git: Git, bundle: StoredWork): Promise<void> {
  const { file, branch, storedAs = branch } = bundle;
  const heads = await git.run(['bundle', 'list-heads', file]);
  const listed = heads.stdout.toString('utf8');
  const refs = [
    { from: `refs/heads/${storedAs}`, to: `refs/heads/${branch}` },
    { from: UNCOMMITTED_REF, to: UNCOMMITTED_REF },
  ].filter(({ from }) => listed.includes(` ${from}\n`));
  const fetched = await git.run(
    [
      'fetch',
      '--quiet',
      '--update-head-ok',
      '--no-tags',
      file,
      ...refs.map(({ from, to }) => `+${from}:${to}`),
    ],
    { protocols: ['file'] },
  );
  if (heads.code !== 0 || refs.length === 0 || fetched.code !== 0) {
    throw new WorkspaceError(
      'work_not_restored',
      'The session’s earlier work could not be restored into the fresh clone. It is still kept as a bundle.',
      `${heads.stderr}\n${fetched.stderr}`,
    );
  }
  // The base branch may have moved on since; the session's change is still measured from where it began.
  const base = await git.text(['merge-base', BASE_REF, `refs/heads/${branch}`]);
  await git.text(['update-ref', BASE_REF, base]);
  await git.text(['checkout', '--quiet', '--force', branch]);
  await git.text(['reset', '--quiet', '--hard']);
  const uncommitted = await git.commit(UNCOMMITTED_REF);
  await markTurnEnd(git, uncommitted ?? `refs/heads/${branch}`);
  if (uncommitted !== null) {
    await git.text(['checkout', '--quiet', UNCOMMITTED_REF, '--', '.']);
    await git.text(['reset', '--quiet']);
    await git.text(['update-ref', '-d', UNCOMMITTED_REF]);
  }
}
