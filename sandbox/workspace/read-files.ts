import type { Dirent } from 'node:fs';
import { type FileHandle, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  MAX_NAMES,
  MAX_READ_BYTES,
  MAX_TREE_ENTRIES,
  type PictureType,
  type ReadAnswer,
  type ReadAnswerOf,
  type TreeEntry,
} from '@/domain/wire/reads';
import { isInside, isMissing, openConfined, OutsideError, placeOf } from './confined-open';
import type { Git } from './git';

/** A refusal in words for whoever asked. */
export function refuse(code: ReadAnswerOf<'refused'>['code'], message: string): ReadAnswer {
  return { type: 'refused', code, message };
}

/** The entries of a folder, folders first; git's own folder is none of them. */
export async function readTree(git: Git, path: string): Promise<ReadAnswer> {
  return opened(git, path, async (folder) => {
    if (!(await folder.stat()).isDirectory()) return refuse('wrong_kind', `${path} is no folder.`);
    const listed = await readdir(placeOf(folder), { withFileTypes: true });
    const found = listed.filter(({ name }) => name.toLowerCase() !== '.git').sort(byKindAndName);
    const shown = found.slice(0, MAX_TREE_ENTRIES);
    const root = await realpath(git.folder);
    const entries: TreeEntry[] = [];
    for (const entry of shown) entries.push(await describe(entry, { root, folder: placeOf(folder) }));
    const ignored = await ignoredAmong(git, path, shown);
    return {
      type: 'tree',
      entries: entries.map((entry) => ({ ...entry, isIgnored: ignored.has(entry.name) })),
      isCut: found.length > shown.length,
    };
  });
}

function byKindAndName(a: Dirent, b: Dirent): number {
  if (a.isDirectory() !== b.isDirectory()) return a.isDirectory() ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}

async function describe(entry: Dirent, at: { root: string; folder: string }): Promise<TreeEntry> {
  const { name } = entry;
  const isLink = entry.isSymbolicLink();
  const other = { name, kind: 'other', isLink, sizeBytes: 0, isIgnored: false } as const;
  try {
    const target = await realpath(join(at.folder, name));
    if (!isInside(at.root, target)) return other;
    const { size, isFile, isFolder } = await kindOf(target);
    if (isFolder) return { ...other, kind: 'folder' };
    return isFile ? { ...other, kind: 'file', sizeBytes: size } : other;
  } catch (error) {
    if (!isMissing(error)) throw error;
    // A link that leads nowhere, or what was deleted at this moment.
    return other;
  }
}

async function kindOf(target: string): Promise<{ size: number; isFile: boolean; isFolder: boolean }> {
  const found = await stat(target);
  return { size: found.size, isFile: found.isFile(), isFolder: found.isDirectory() };
}

/** Which of a folder's entries git does not keep; none when git can't say. */
async function ignoredAmong(git: Git, path: string, entries: readonly Dirent[]): Promise<Set<string>> {
  const prefix = path === '' ? '' : `${path}/`;
  // A slash at the end is how a rule for folders alone matches one.
  const asked = entries.map((entry) => `${prefix}${entry.name}${entry.isDirectory() ? '/' : ''}`);
  const answer = await git.run(['check-ignore', '-z', '--stdin'], { input: asked.join('\0') });
  const ignored = answer.stdout.toString('utf8').split('\0').filter(Boolean);
  return new Set(ignored.map((name) => name.slice(prefix.length).replace(/\/$/, '')));
}

/** Every file that git keeps or would keep. */
export async function readNames(git: Git): Promise<ReadAnswer> {
  const listed = await git.run(
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'],
    { timeoutMs: 9_000 },
  );
  if (listed.code !== 0) return refuse('failed', 'The files could not be listed.');
  const paths = listed.stdout.toString('utf8').split('\0');
  // Every name ends with a NUL; behind the last one is nothing, or half a name that was cut off.
  paths.pop();
  const isCut = listed.isCut || paths.length > MAX_NAMES;
  return { type: 'names', paths: paths.slice(0, MAX_NAMES).sort(), isCut };
}

/** A file's bytes, when they are not too many, with what they seem to be. */
export async function readFile(git: Git, path: string): Promise<ReadAnswer> {
  return opened(git, path, async (file) => {
    const found = await file.stat();
    if (found.isDirectory()) return refuse('wrong_kind', `${path} is a folder.`);
    if (!found.isFile()) return refuse('wrong_kind', `${path} is neither a file nor a folder.`);
    const bytes = await readUpTo(file, MAX_READ_BYTES + 1);
    if (bytes.length > MAX_READ_BYTES) {
      const about = { isBinary: isBinary(bytes), picture: null };
      return { type: 'file', sizeBytes: Math.max(found.size, bytes.length), content: null, ...about };
    }
    const picture = pictureTypeOf(bytes);
    return {
      ...{ type: 'file', sizeBytes: bytes.length, content: bytes.toString('base64') },
      ...{ isBinary: picture !== null || isBinary(bytes), picture },
    };
  });
}

/** The file's size says nothing certain: it may grow meanwhile, and some have none. */
async function readUpTo(file: FileHandle, maxBytes: number): Promise<Buffer> {
  const bytes = Buffer.alloc(maxBytes);
  let length = 0;
  while (length < maxBytes) {
    const { bytesRead } = await file.read(bytes, length, maxBytes - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}

/** As git sees it: a NUL near the beginning. */
function isBinary(bytes: Buffer): boolean {
  return bytes.subarray(0, 8_000).includes(0);
}

const SIGNATURES: readonly (readonly [PictureType, RegExp])[] = [
  ['image/png', /^\x89PNG\r\n\x1a\n/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF[^]{4}WEBP/],
];

function pictureTypeOf(bytes: Buffer): PictureType | null {
  const head = bytes.subarray(0, 16).toString('latin1');
  return SIGNATURES.find(([, signature]) => signature.test(head))?.[0] ?? null;
}

async function opened(
  git: Git,
  path: string,
  read: (handle: FileHandle) => Promise<ReadAnswer>,
): Promise<ReadAnswer> {
  let handle: FileHandle;
  try {
    handle = await openConfined(git.folder, path);
  } catch (error) {
    return explain(path, error);
  }
  try {
    return await read(handle);
  } finally {
    await handle.close();
  }
}

function explain(path: string, error: unknown): ReadAnswer {
  if (error instanceof OutsideError) {
    return refuse('outside', `${path} leads out of the repository, so it is not shown.`);
  }
  if (isMissing(error)) return refuse('not_found', `${path} is not there, or not any more.`);
  return refuse('failed', `${path} can’t be read: ${error instanceof Error ? error.message : String(error)}`);
}
