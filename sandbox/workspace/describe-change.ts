import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cutText } from '@/domain/events/text-hygiene';
import type { FileChange } from '@/domain/events/session-event';
import type { Git } from './git';
import { UNCOMMITTED_REF, type SavedWork } from './save-work';

/** As many as an event may list. */
const MAX_FILES = 2_000;
const MAX_PATCH_BYTES = 50 * 1024 * 1024;

/** A diff that says the same whatever the repository's configuration, and runs nothing of it. */
const PLAIN_DIFF = ['diff', '--no-ext-diff', '--no-textconv', '--no-color', '--find-renames'];

/** The files that differ between two commits, in git's order, at most 2,000. */
export async function listChanges(git: Git, { baseSha, headSha }: SavedWork): Promise<FileChange[]> {
  const range = [baseSha, headSha, '--'];
  const names = fields(await git.text([...PLAIN_DIFF, '--name-status', '-z', ...range]));
  const counts = fields(await git.text([...PLAIN_DIFF, '--numstat', '-z', ...range]));
  const changes: FileChange[] = [];
  // Both lists name the same files in the same order; a rename takes two more fields in each.
  for (let name = 0, count = 0; name < names.length && changes.length < MAX_FILES;) {
    const letter = (names[name] ?? '').slice(0, 1);
    const isMoved = letter === 'R' || letter === 'C';
    const path = names[name + (isMoved ? 2 : 1)] ?? '';
    changes.push({
      path: cutText(path, 4_096),
      status: STATUS[letter] ?? 'modified',
      ...parseCount(counts[count]),
    });
    name += isMoved ? 3 : 2;
    count += isMoved ? 3 : 1;
  }
  return changes;
}

/** `12\t3\tname`, or dashes in place of the numbers for a binary file. */
function parseCount(field = ''): Pick<FileChange, 'additions' | 'deletions' | 'binary'> {
  const [added, removed] = field.split('\t');
  return { additions: Number(added) || 0, deletions: Number(removed) || 0, binary: added === '-' };
}

const STATUS: Readonly<Record<string, FileChange['status']>> = {
  A: 'added',
  D: 'deleted',
  R: 'renamed',
  C: 'added',
};

function fields(text: string): string[] {
  return text.split('\0').filter((field, index, all) => field !== '' || index < all.length - 1);
}

/** The change between two commits as a patch that `git apply` takes; null when there is none or it is over 50 MB. */
export async function makePatch(git: Git, { baseSha, headSha }: SavedWork): Promise<Buffer | null> {
  const result = await git.run([...PLAIN_DIFF, '--binary', '--full-index', baseSha, headSha, '--'], {
    maxBytes: MAX_PATCH_BYTES,
    timeoutMs: 120_000,
  });
  if (result.code !== 0 || result.isCut || result.stdout.length === 0) return null;
  return result.stdout;
}

/**
 * The session's commits since its base, and the commit of the uncommitted tree when there is one; null when
 * nothing was done since the base. The session's branch is in it under its own name.
 */
export async function makeBundle(git: Git, work: SavedWork & { branch: string }): Promise<Buffer | null> {
  if (work.headSha === work.baseSha) return null;
  const refs = [`refs/heads/${work.branch}`];
  if ((await git.commit(UNCOMMITTED_REF)) !== null) refs.push(UNCOMMITTED_REF);
  const file = join(await git.text(['rev-parse', '--absolute-git-dir']), 'dispatch.bundle');
  try {
    const made = await git.run(['bundle', 'create', '--quiet', file, ...refs, `^${work.baseSha}`], {
      timeoutMs: 120_000,
    });
    return made.code === 0 ? readFileSync(file) : null;
  } finally {
    rmSync(file, { force: true });
  }
}
