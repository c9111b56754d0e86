import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  createBareRepository,
  diffRefs,
  pointHead,
  readObjects,
  readRefs,
  updateRefs,
  type RefMove,
  type Refs,
} from './bare-repository';
import { type RepositoryRow, type Tables } from './emulate-internals';
import { ObjectRows } from './object-rows';

/**
 * Keeps emulate's rows and the bare repositories on disk in step. What a REST call wrote is exported
 * before the call is answered, what a push brought is imported before the push is answered, and
 * after a restart the folder is the truth.
 */
export class RepositoryMirror {
  readonly objects: ObjectRows;
  readonly #root: string;
  readonly #tables: Tables;
  readonly #folders = new Map<number, string>();
  readonly #queues = new Map<number, Promise<unknown>>();

  constructor(root: string, tables: Tables) {
    this.#root = root;
    this.#tables = tables;
    this.objects = new ObjectRows(tables);
  }

  /** Runs `work` while nobody else changes this repository. Not re-entrant. */
  exclusive<T>(repositoryId: number, work: () => Promise<T>): Promise<T> {
    const turn = (this.#queues.get(repositoryId) ?? Promise.resolve()).then(work);
    // The caller sees a failure; the next in the queue need not.
    this.#queues.set(
      repositoryId,
      turn.catch(() => undefined),
    );
    return turn;
  }

  /** The repository's folder, made when it is new and moved when the repository was renamed. */
  async folder(repository: RepositoryRow): Promise<string> {
    const wanted = join(this.#root, `${repository.full_name}.git`);
    const present = this.#folders.get(repository.id);
    if (present === wanted) return wanted;
    if (present && existsSync(present)) {
      await mkdir(dirname(wanted), { recursive: true });
      await rename(present, wanted);
    }
    await createBareRepository(wanted, repository.default_branch);
    this.#folders.set(repository.id, wanted);
    return wanted;
  }

  /** Takes a deleted repository off the disk. */
  async remove(repositoryId: number): Promise<void> {
    const folder = this.#folders.get(repositoryId);
    this.#folders.delete(repositoryId);
    this.objects.forget(repositoryId);
    if (folder) await rm(folder, { recursive: true, force: true });
  }

  /** Writes what the rows have and the folder lacks; returns how the refs moved. */
  async exportRows(repository: RepositoryRow): Promise<RefMove[]> {
    const folder = await this.folder(repository);
    await pointHead(folder, repository.default_branch);
    const wanted = new Map<string, string>();
    for (const { ref, sha } of this.#tables.refs.findBy('repo_id', repository.id)) {
      if (/^refs\/(heads|tags)\//.test(ref)) wanted.set(ref, sha);
    }
    const moves: RefMove[] = [];
    for (const move of diffRefs(await readRefs(folder), wanted)) {
      // Tag objects made by REST have ids that are no hash of anything: they can't exist in git.
      const isThere = !move.after || (await this.objects.write(repository.id, folder, move.after));
      if (isThere) moves.push(move);
    }
    await updateRefs(folder, moves);
    return moves;
  }

  /** Gives the rows what a push changed since `before` was read; returns how the refs moved. */
  async importChanges(repository: RepositoryRow, before: Refs): Promise<RefMove[]> {
    const folder = await this.folder(repository);
    const after = await readRefs(folder);
    const moves = diffRefs(before, after);
    const tips = moves.flatMap((move) => move.after ?? []);
    await this.importObjects(repository, tips, [...before.values()]);
    for (const move of moves) this.#setRefRow(repository, move.ref, move.after);
    const first = moves.find(({ ref }) => ref.startsWith('refs/heads/'))?.ref.slice('refs/heads/'.length);
    if (first && before.size === 0 && !after.has(`refs/heads/${repository.default_branch}`)) {
      this.#tables.repos.update(repository.id, { default_branch: first });
      await pointHead(folder, first);
    }
    return moves;
  }

  /** Makes the rows say what the folder has: at a start, when there are no rows of objects. */
  async adopt(repository: RepositoryRow): Promise<void> {
    const folder = await this.folder(repository);
    const all = await readRefs(folder, ['refs/heads', 'refs/tags', 'refs/pull']);
    await this.importObjects(repository, [...new Set(all.values())], []);
    const refs = await readRefs(folder);
    for (const row of this.#tables.refs.findBy('repo_id', repository.id)) {
      if (!refs.has(row.ref)) this.#setRefRow(repository, row.ref, null);
    }
    for (const [ref, sha] of refs) this.#setRefRow(repository, ref, sha);
  }

  /** Makes rows of every object that can be reached from `tips` and not from `known`. */
  async importObjects(
    repository: RepositoryRow,
    tips: readonly string[],
    known: readonly string[],
  ): Promise<void> {
    this.objects.add(repository.id, await readObjects(await this.folder(repository), tips, known));
  }

  #setRefRow(repository: RepositoryRow, ref: string, sha: string | null): void {
    const { refs, branches } = this.#tables;
    const key = { repo_id: repository.id };
    const row = refs.findBy('repo_id', repository.id).find((candidate) => candidate.ref === ref);
    if (row && sha) refs.update(row.id, { sha });
    else if (row) refs.delete(row.id);
    else if (sha) refs.insert({ ...key, ref, sha, node_id: `ref-${ref}` });

    if (!ref.startsWith('refs/heads/')) return;
    const name = ref.slice('refs/heads/'.length);
    const branch = branches.findBy('repo_id', repository.id).find((candidate) => candidate.name === name);
    if (branch && sha) branches.update(branch.id, { sha });
    else if (branch) branches.delete(branch.id);
    else if (sha) branches.insert({ ...key, name, sha, protected: false });
  }
}
