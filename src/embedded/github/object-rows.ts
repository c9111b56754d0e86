import { writeObject, type GitObject } from './bare-repository';
import { type Row, type Table, type Tables } from './emulate-internals';
import {
  decodeCommit,
  decodeTag,
  decodeTree,
  encodeCommit,
  encodeTree,
  frameObject,
  objectId,
} from './git-objects';

interface ObjectRow extends Row {
  readonly repo_id: number;
  readonly sha: string;
}

function find<T extends ObjectRow>(
  table: Pick<Table<T>, 'findBy'>,
  repositoryId: number,
  sha: string,
): T | undefined {
  return table.findBy('sha', sha).find((row) => row.repo_id === repositoryId);
}

/**
 * Emulate's rows of blobs, trees and commits, and the git objects that they stand for. Emulate
 * computes git's own ids, so a row and its object have one name.
 */
export class ObjectRows {
  readonly #tables: Tables;
  /** Per repository, the ids that rows and folder both have. */
  readonly #shared = new Map<number, Set<string>>();

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  commit(repositoryId: number, sha: string) {
    return find(this.#tables.commits, repositoryId, sha);
  }

  forget(repositoryId: number): void {
    this.#shared.delete(repositoryId);
  }

  /** Makes rows of the objects that have none. */
  add(repositoryId: number, objects: readonly GitObject[]): void {
    const shared = this.#sharedIds(repositoryId);
    for (const object of objects) {
      if (!shared.has(object.sha) && !this.#has(repositoryId, object)) this.#insert(repositoryId, object);
      shared.add(object.sha);
    }
  }

  /**
   * Writes a commit into the folder with all that it needs and the folder lacks.
   * Answers false when the rows have no such commit, or only a part of its history.
   */
  async write(repositoryId: number, folder: string, tip: string): Promise<boolean> {
    const shared = this.#sharedIds(repositoryId);
    const missing = [];
    const seen = new Set<string>();
    const waiting = [tip];
    for (let sha = waiting.pop(); sha; sha = waiting.pop()) {
      if (seen.has(sha) || shared.has(sha)) continue;
      seen.add(sha);
      const commit = this.commit(repositoryId, sha);
      if (!commit) return false;
      missing.push(commit);
      waiting.push(...commit.parent_shas);
    }
    for (const commit of missing.reverse()) {
      await this.#writeTree(repositoryId, folder, commit.tree_sha);
      await this.#writeOne(repositoryId, folder, {
        type: 'commit',
        sha: commit.sha,
        content: encodeCommit(commit),
      });
    }
    return true;
  }

  async #writeTree(repositoryId: number, folder: string, sha: string): Promise<void> {
    const shared = this.#sharedIds(repositoryId);
    if (shared.has(sha)) return;
    // The tree of no files at all: emulate has no row for it.
    const tree = find(this.#tables.trees, repositoryId, sha)?.tree ?? [];
    for (const entry of tree) {
      if (entry.type === 'tree') await this.#writeTree(repositoryId, folder, entry.sha);
      if (entry.type !== 'blob' || shared.has(entry.sha)) continue;
      const blob = find(this.#tables.blobs, repositoryId, entry.sha);
      if (!blob) throw new Error(`The emulated GitHub has no blob ${entry.sha} (${entry.path}).`);
      const content = Buffer.from(blob.content, blob.encoding === 'base64' ? 'base64' : 'utf8');
      await this.#writeOne(repositoryId, folder, { type: 'blob', sha: entry.sha, content });
    }
    await this.#writeOne(repositoryId, folder, { type: 'tree', sha, content: encodeTree(tree) });
  }

  async #writeOne(repositoryId: number, folder: string, { type, sha, content }: GitObject): Promise<void> {
    if (objectId(frameObject(type, content)) !== sha) {
      throw new Error(`The emulated GitHub's row of the ${type} ${sha} says something else than its id.`);
    }
    await writeObject(folder, type, content);
    this.#sharedIds(repositoryId).add(sha);
  }

  #sharedIds(repositoryId: number): Set<string> {
    const known = this.#shared.get(repositoryId) ?? new Set<string>();
    this.#shared.set(repositoryId, known);
    return known;
  }

  #has(repositoryId: number, { type, sha }: GitObject): boolean {
    const { blobs, trees, commits, tags } = this.#tables;
    switch (type) {
      case 'blob':
        return find(blobs, repositoryId, sha) !== undefined;
      case 'tree':
        return find(trees, repositoryId, sha) !== undefined;
      case 'commit':
        return find(commits, repositoryId, sha) !== undefined;
      case 'tag':
        return find(tags, repositoryId, sha) !== undefined;
    }
  }

  #insert(repositoryId: number, { sha, type, content }: GitObject): void {
    const { blobs, trees, commits, tags } = this.#tables;
    const key = { repo_id: repositoryId, sha, node_id: `${type}-${sha}` };
    switch (type) {
      case 'blob': {
        const text = content.toString('utf8');
        const isText = !text.includes('\0') && Buffer.from(text).equals(content);
        const form = isText
          ? ({ content: text, encoding: 'utf-8' } as const)
          : ({ content: content.toString('base64'), encoding: 'base64' } as const);
        blobs.insert({ ...key, ...form, size: content.length });
        return;
      }
      case 'tree':
        trees.insert({ ...key, tree: decodeTree(content), truncated: false });
        return;
      case 'commit':
        commits.insert({ ...key, ...decodeCommit(content), user_id: null });
        return;
      case 'tag':
        tags.insert({ ...key, ...decodeTag(content) });
    }
  }
}
