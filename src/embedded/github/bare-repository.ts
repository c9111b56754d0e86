import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { git, gitLines } from './git-command';
import { frameObject, objectId, type ObjectType } from './git-objects';

/** Ref name to object id. */
export type Refs = ReadonlyMap<string, string>;

/** One ref's way from an object to another; null is "did not exist" or "exists no more". */
export interface RefMove {
  readonly ref: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface GitObject {
  readonly sha: string;
  readonly type: ObjectType;
  readonly content: Buffer;
}

const SETTINGS = [
  // As at GitHub: partial clones work, and any object that a client names may be fetched.
  ['uploadpack.allowFilter', 'true'],
  ['uploadpack.allowAnySHA1InWant', 'true'],
  // The heads of pull requests are there to fetch, but never to push to.
  ['receive.hideRefs', 'refs/pull'],
  // Nothing is thrown away behind the emulator's back: its rows name these objects.
  ['gc.auto', '0'],
  ['receive.autogc', 'false'],
] as const;

/** Makes an empty bare repository, unless the folder has one. */
export async function createBareRepository(folder: string, defaultBranch: string): Promise<void> {
  if (existsSync(join(folder, 'HEAD'))) return;
  await mkdir(folder, { recursive: true });
  await git(folder, ['init', '--bare', '--quiet', `--initial-branch=${defaultBranch}`, '.']);
  for (const [name, value] of SETTINGS) await git(folder, ['config', name, value]);
}

/** Sets the branch that a clone checks out. */
export async function pointHead(folder: string, branch: string): Promise<void> {
  const head = `ref: refs/heads/${branch}\n`;
  const path = join(folder, 'HEAD');
  if ((await readFile(path, 'utf8')) !== head) await writeFile(path, head);
}

/** Branches and tags, or other refs under the given prefixes. */
export async function readRefs(folder: string, prefixes = ['refs/heads', 'refs/tags']): Promise<Refs> {
  const lines = await gitLines(folder, ['for-each-ref', '--format=%(objectname) %(refname)', ...prefixes]);
  return new Map(lines.map((line) => [line.slice(41), line.slice(0, 40)]));
}

/** What changed between two readings of the refs. */
export function diffRefs(before: Refs, after: Refs): RefMove[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((ref) => ({ ref, before: before.get(ref) ?? null, after: after.get(ref) ?? null }))
    .filter((move) => move.before !== move.after);
}

/** Moves all the refs, or none. */
export async function updateRefs(
  folder: string,
  moves: readonly Pick<RefMove, 'ref' | 'after'>[],
): Promise<void> {
  if (moves.length === 0) return;
  const lines = moves.map(({ ref, after }) => (after ? `update ${ref} ${after}` : `delete ${ref}`));
  await git(folder, ['update-ref', '--stdin'], `${lines.join('\n')}\n`);
}

const compress = promisify(deflate);

/** Stores one object the way git does and returns its id; an object that is there already stays. */
export async function writeObject(folder: string, type: ObjectType, content: Buffer): Promise<string> {
  const framed = frameObject(type, content);
  const sha = objectId(framed);
  const path = join(folder, 'objects', sha.slice(0, 2), sha.slice(2));
  if (existsSync(path)) return sha;
  const unfinished = join(folder, 'objects', `tmp_obj_${randomUUID()}`);
  await mkdir(join(folder, 'objects', sha.slice(0, 2)), { recursive: true });
  await writeFile(unfinished, await compress(framed), { mode: 0o444 });
  await rename(unfinished, path);
  return sha;
}

/** Every object that can be reached from `tips` and not from `known`. */
export async function readObjects(
  folder: string,
  tips: readonly string[],
  known: readonly string[],
): Promise<GitObject[]> {
  if (tips.length === 0) return [];
  const revisions = [...tips, ...known.map((sha) => `^${sha}`)].join('\n');
  const ids = await gitLines(
    folder,
    ['rev-list', '--objects', '--no-object-names', '--ignore-missing', '--stdin'],
    `${revisions}\n`,
  );
  if (ids.length === 0) return [];
  return parseBatch(await git(folder, ['cat-file', '--batch'], `${ids.join('\n')}\n`));
}

/** Reads `cat-file --batch`: a line `<id> <type> <size>`, the content, a newline, and again. */
function parseBatch(output: Buffer): GitObject[] {
  const objects: GitObject[] = [];
  for (let at = 0; at < output.length;) {
    const lineEnd = output.indexOf(0x0a, at);
    const [sha = '', type = '', size = ''] = output.toString('latin1', at, lineEnd).split(' ');
    const end = lineEnd + 1 + Number(size);
    // git itself names the type, and has these four.
    objects.push({ sha, type: type as ObjectType, content: output.subarray(lineEnd + 1, end) });
    at = end + 1;
  }
  return objects;
}
