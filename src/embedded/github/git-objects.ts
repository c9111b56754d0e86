import { createHash } from 'node:crypto';
import { type CommitFields, type TagFields, type TreeEntry } from './emulate-internals';

/** Git's own encoding of trees, commits and tags, and back. Emulate names its rows by the same ids. */
export type ObjectType = 'blob' | 'tree' | 'commit' | 'tag';

/** An object with the header that git hashes and stores. */
export function frameObject(type: ObjectType, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
}

export function objectId(framed: Buffer): string {
  return createHash('sha1').update(framed).digest('hex');
}

/** Entries in any order; git wants a folder sorted as if its name ended in a slash. */
export function encodeTree(entries: readonly TreeEntry[]): Buffer {
  const sortKey = (entry: TreeEntry) => Buffer.from(entry.type === 'tree' ? `${entry.path}/` : entry.path);
  const ordered = [...entries].sort((a, b) => Buffer.compare(sortKey(a), sortKey(b)));
  return Buffer.concat(
    ordered.flatMap((entry) => [
      Buffer.from(`${entry.mode.replace(/^0+/, '')} ${entry.path}\0`),
      Buffer.from(entry.sha, 'hex'),
    ]),
  );
}

function entryType(mode: string): TreeEntry['type'] {
  if (mode === '040000') return 'tree';
  return mode === '160000' ? 'commit' : 'blob';
}

export function decodeTree(content: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at);
    const end = content.indexOf(0, space);
    const mode = content.toString('latin1', at, space).padStart(6, '0');
    const sha = content.toString('hex', end + 1, end + 21);
    entries.push({ path: content.toString('utf8', space + 1, end), mode, type: entryType(mode), sha });
    at = end + 21;
  }
  return entries;
}

/** `2026-01-05T10:00:00+01:00` as git's seconds and offset. */
function encodeDate(iso: string): string {
  const zone = /([+-])(\d\d):?(\d\d)$/.exec(iso);
  const offset = zone ? zone.slice(1).join('') : '+0000';
  return `${Math.floor(Date.parse(iso) / 1000)} ${offset}`;
}

function decodeDate(seconds: string, offset: string): string {
  const [sign, hours, minutes] = [offset.slice(0, 1), offset.slice(1, 3), offset.slice(3, 5)];
  const shiftMinutes = Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes));
  const local = new Date((Number(seconds) + shiftMinutes * 60) * 1000).toISOString().slice(0, 19);
  return `${local}${sign}${hours}:${minutes}`;
}

export function encodeCommit(commit: CommitFields): Buffer {
  const headers = [
    `tree ${commit.tree_sha}`,
    ...commit.parent_shas.map((sha) => `parent ${sha}`),
    `author ${commit.author_name} <${commit.author_email}> ${encodeDate(commit.author_date)}`,
    `committer ${commit.committer_name} <${commit.committer_email}> ${encodeDate(commit.committer_date)}`,
  ];
  const message = commit.message.endsWith('\n') ? commit.message : `${commit.message}\n`;
  return Buffer.from(`${headers.join('\n')}\n\n${message}`);
}

interface Signature {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

function decodeSignature(line: string | undefined): Signature {
  const match = /^(.*?) ?<([^>]*)> (\d+) ([+-]\d{4})$/.exec(line ?? '');
  const [, name = '', email = '', seconds = '0', offset = '+0000'] = match ?? [];
  return { name, email, date: decodeDate(seconds, offset) };
}

/** Header lines by their first word; lines that continue another (a signature's) are left out. */
function splitObject(content: Buffer): { values: (key: string) => string[]; message: string } {
  const text = content.toString('utf8');
  const cut = text.indexOf('\n\n');
  const head = (cut === -1 ? text : text.slice(0, cut)).split('\n');
  return {
    values: (key) =>
      head.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1)),
    message: cut === -1 ? '' : text.slice(cut + 2).replace(/\n$/, ''),
  };
}

export function decodeCommit(content: Buffer): CommitFields {
  const { values, message } = splitObject(content);
  const author = decodeSignature(values('author')[0]);
  const committer = decodeSignature(values('committer')[0]);
  return {
    message,
    author_name: author.name,
    author_email: author.email,
    author_date: author.date,
    committer_name: committer.name,
    committer_email: committer.email,
    committer_date: committer.date,
    tree_sha: values('tree')[0] ?? '',
    parent_shas: values('parent'),
  };
}

export function decodeTag(content: Buffer): TagFields {
  const { values, message } = splitObject(content);
  const tagger = decodeSignature(values('tagger')[0]);
  return {
    tag: values('tag')[0] ?? '',
    message,
    tagger_name: tagger.name,
    tagger_email: tagger.email,
    tagger_date: tagger.date,
    object_type: values('type')[0] ?? '',
    object_sha: values('object')[0] ?? '',
  };
}
