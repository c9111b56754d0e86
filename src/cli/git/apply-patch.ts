import { lstatSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { AppError } from '@/domain/errors';
import { visibleLine } from '../print/visible-text';
import { readPatchPaths } from './patch-paths';
import { runGit } from './run-git';

interface ApplyOptions {
  checkout: string;
  patch: string;
  /** Apply onto a tree with changes that are not committed. */
  force: boolean;
}

/**
 * Applies a patch onto a checkout, as a merge of three where it does not fit. Errors: `conflict` for a dirty tree and
 * for a patch that does not apply; `bad_input` for one that reaches out of the checkout.
 */
export async function applyPatch({ checkout, patch, force }: ApplyOptions): Promise<string[]> {
  const paths = refuseEscapes(checkout, patch);
  if (!force) await refuseDirtyTree(checkout);
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-patch-'));
  try {
    const file = join(folder, 'change.patch');
    writeFileSync(file, patch, { mode: 0o600 });
    const { code, stderr } = await runGit(checkout, 'apply', '--3way', '--whitespace=nowarn', file);
    if (code !== 0) {
      throw new AppError(
        'conflict',
        `The change does not apply cleanly: ${visibleLine(stderr, 400)} Look at git status; files with conflicts are marked.`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return paths;
}

/** Errors: `conflict` when files that git knows are changed and not committed. */
export async function refuseDirtyTree(checkout: string): Promise<void> {
  const changed = await changedFiles(checkout);
  if (changed === 0) return;
  throw new AppError(
    'conflict',
    `${checkout} has changes that are not committed (${changed} files). Commit or stash them, or use --force.`,
  );
}

/** How many files that git knows are changed and not committed. */
export async function changedFiles(checkout: string): Promise<number> {
  const { stdout } = await runGit(checkout, 'status', '--porcelain', '--untracked-files=no');
  return stdout.split('\n').filter((line) => line !== '').length;
}

/** The agent wrote the patch, so its paths are not trusted: git refuses these as well, and it shall not have to. */
function refuseEscapes(checkout: string, patch: string): string[] {
  const { paths, links } = readPatchPaths(patch);
  for (const path of paths) {
    const why = whyRefused(checkout, path, links);
    if (why !== null) {
      throw new AppError('bad_input', `The change was not applied: “${visibleLine(path)}” ${why}.`);
    }
  }
  return [...paths];
}

function whyRefused(checkout: string, path: string, links: ReadonlySet<string>): string | null {
  if (path === '' || posix.isAbsolute(path) || path.split('/').includes('..'))
    return 'is outside the checkout';
  // What a file system without case, or macOS and Windows, would take for the folder .git.
  const isGits = path
    .split('/')
    .some((part) =>
      /^(\.git|git~1)[. ]*$/i.test(part.replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g, '')),
    );
  if (isGits) return 'is git’s own';
  for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) {
    if (links.has(parent) || isLink(join(checkout, parent))) return 'leads through a symbolic link';
  }
  return isLink(join(checkout, path)) && !links.has(path) ? 'is a symbolic link here' : null;
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}
