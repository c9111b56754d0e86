import { readRefs, updateRefs, writeObject, type RefMove } from './bare-repository';
import { type PullRequestRow, type RepositoryRow, type Tables } from './emulate-internals';
import { git, gitLines, runGit } from './git-command';
import { encodeCommit } from './git-objects';
import { type RepositoryMirror } from './repository-mirror';

/** A three-way merge as git does it; `unsupported` on a git without `merge-tree --write-tree`. */
export type MergeResult =
  | { readonly kind: 'clean'; readonly tree: string }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'unsupported' };

const MERGEABLE = {
  clean: { mergeable: true, mergeable_state: 'clean' },
  conflict: { mergeable: false, mergeable_state: 'dirty' },
  unsupported: { mergeable: null, mergeable_state: 'unknown' },
} as const satisfies Record<MergeResult['kind'], Partial<PullRequestRow>>;

/** Merges two commits without touching any ref. Needs git 2.38. */
export async function mergeTrees(folder: string, ours: string, theirs: string): Promise<MergeResult> {
  const { exitCode, stdout, stderr } = await runGit(folder, ['merge-tree', '--write-tree', ours, theirs]);
  if (exitCode === 0) return { kind: 'clean', tree: stdout.toString('utf8').split('\n')[0] ?? '' };
  if (exitCode === 1) return { kind: 'conflict' };
  if (exitCode === 129) return { kind: 'unsupported' };
  throw new Error(`git merge-tree ended with ${exitCode}: ${stderr.trim()}`);
}

/**
 * Keeps the rows of open pull requests true to git: head, base, counts and whether it merges.
 * Emulate computes none of these. A pull request from a fork keeps what emulate says of it.
 */
export class PullRequests {
  readonly #tables: Tables;
  readonly #mirror: RepositoryMirror;

  constructor(tables: Tables, mirror: RepositoryMirror) {
    this.#tables = tables;
    this.#mirror = mirror;
  }

  find(repository: RepositoryRow, number: number): PullRequestRow | undefined {
    return this.#tables.pullRequests.findBy('repo_id', repository.id).find((pull) => pull.number === number);
  }

  async refresh(repository: RepositoryRow, pull: PullRequestRow): Promise<PullRequestRow> {
    if (pull.state !== 'open' || pull.head_repo_id !== repository.id) return pull;
    const folder = await this.#mirror.folder(repository);
    const refs = await readRefs(folder, ['refs/heads']);
    const head = refs.get(`refs/heads/${pull.head_ref}`) ?? pull.head_sha;
    const base = refs.get(`refs/heads/${pull.base_ref}`) ?? pull.base_sha;
    await updateRefs(folder, [{ ref: `refs/pull/${pull.number}/head`, after: head }]);
    const [counts, commits, merge] = await Promise.all([
      gitLines(folder, ['diff', '--numstat', `${base}...${head}`]),
      git(folder, ['rev-list', '--count', `${base}..${head}`]),
      mergeTrees(folder, base, head),
    ]);
    // A line reads `added<TAB>deleted<TAB>path`, with dashes for a binary file.
    const sum = (column: 0 | 1) =>
      counts.reduce((total, line) => total + (Number(line.split('\t')[column]) || 0), 0);
    const change = {
      head_sha: head,
      base_sha: base,
      commits: Number(commits.toString('utf8')),
      additions: sum(0),
      deletions: sum(1),
      changed_files: counts.length,
      ...MERGEABLE[merge.kind],
    };
    return this.#tables.pullRequests.update(pull.id, change) ?? pull;
  }

  /** Refreshes what these moves touch; returns the pull requests whose head moved, with the way it took. */
  async follow(repository: RepositoryRow, moves: readonly RefMove[]) {
    const moved = new Map(moves.map((move) => [move.ref, move]));
    const followed: { readonly pull: PullRequestRow; readonly before: string; readonly after: string }[] = [];
    for (const pull of this.#tables.pullRequests.findBy('repo_id', repository.id)) {
      if (pull.state !== 'open') continue;
      const head = pull.head_repo_id === repository.id ? moved.get(`refs/heads/${pull.head_ref}`) : undefined;
      if (!head && !moved.has(`refs/heads/${pull.base_ref}`)) continue;
      const before = pull.head_sha;
      const after = (await this.refresh(repository, pull)).head_sha;
      if (before !== after) followed.push({ pull, before, after });
    }
    return followed;
  }

  /**
   * Emulate makes a merge commit with the tree of the head alone, which loses what landed on the
   * other side meanwhile. Makes the same commit with the merged tree and moves the branch to it.
   */
  async correctMerge(
    repository: RepositoryRow,
    merge: { readonly sha: string; readonly tree: string; readonly branch: string },
  ): Promise<string> {
    const wrong = this.#mirror.objects.commit(repository.id, merge.sha);
    if (!wrong || wrong.tree_sha === merge.tree) return merge.sha;
    const folder = await this.#mirror.folder(repository);
    const sha = await writeObject(folder, 'commit', encodeCommit({ ...wrong, tree_sha: merge.tree }));
    await this.#mirror.importObjects(repository, [sha], wrong.parent_shas);
    const { refs, branches, commits } = this.#tables;
    for (const row of refs.findBy('repo_id', repository.id)) {
      if (row.ref === `refs/heads/${merge.branch}`) refs.update(row.id, { sha });
    }
    for (const row of branches.findBy('repo_id', repository.id)) {
      if (row.name === merge.branch) branches.update(row.id, { sha });
    }
    commits.delete(wrong.id);
    return sha;
  }
}
