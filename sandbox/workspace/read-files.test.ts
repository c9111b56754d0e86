import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MAX_READ_BYTES, ReadAnswer } from '@/domain/wire/reads';
import { makeRepository } from '@/testing/bridge-sandbox';
import { ownEnvironment } from '../supervisor/environment';
import { Git } from './git';
import { readFile, readNames, readTree } from './read-files';

let root: string;
let folder: string;
let git: Git;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dispatch-read-'));
  folder = makeRepository(root, { 'README.md': 'hello\n', '.gitignore': 'dist/\n*.log\n' });
  git = new Git(folder, join(root, 'home'), ownEnvironment()['PATH'] ?? '');
  writeFileSync(join(root, 'secret.txt'), 'not yours');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const put = (name: string, content: string | Buffer = 'x'): void => {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), content);
};
const link = (target: string, name: string): void => symlinkSync(target, join(folder, name));
const contentOf = (answer: ReadAnswer): string | null =>
  answer.type === 'file' && answer.content !== null
    ? Buffer.from(answer.content, 'base64').toString('utf8')
    : null;

describe('a folder', () => {
  test('lists folders first, marks what git ignores, and hides git’s own folder', async () => {
    put('src/a.ts', '12345');
    put('dist/out.js');
    put('über "uns".txt', 'ü');
    put('debug.log');
    const answer = await readTree(git, '');
    expect(answer).toEqual(ReadAnswer.parse(answer));
    expect(answer).toMatchObject({ type: 'tree', isCut: false });
    const entries = answer.type === 'tree' ? answer.entries : [];
    expect(
      entries.map(({ name, kind, isIgnored }) => `${kind} ${name}${isIgnored ? ' ignored' : ''}`),
    ).toEqual([
      'folder dist ignored',
      'folder src',
      'file .gitignore',
      'file README.md',
      'file debug.log ignored',
      'file über "uns".txt',
    ]);
    expect(await readTree(git, 'src')).toMatchObject({
      entries: [{ name: 'a.ts', kind: 'file', sizeBytes: 5, isLink: false }],
    });
  });

  test('shows of a link what it leads to, and nothing of what lies outside', async () => {
    put('src/a.ts', '12345');
    link('src', 'inside');
    link('src/a.ts', 'file');
    link('/etc', 'outside');
    link('nowhere', 'broken');
    link('.git/config', 'git-config');
    const answer = await readTree(git, '');
    const links = answer.type === 'tree' ? answer.entries.filter(({ isLink }) => isLink) : [];
    expect(links.map(({ name, kind, sizeBytes }) => [name, kind, sizeBytes])).toEqual([
      ['broken', 'other', 0],
      ['file', 'file', 5],
      ['git-config', 'other', 0],
      ['inside', 'folder', 0],
      ['outside', 'other', 0],
    ]);
    expect(await readTree(git, 'inside')).toMatchObject({ entries: [{ name: 'a.ts' }] });
  });

  test('of more entries than an answer takes lists the first', async () => {
    mkdirSync(join(folder, 'many'));
    for (let n = 0; n < 5_010; n += 1) writeFileSync(join(folder, 'many', `${String(n)}.txt`), '');
    const answer = await readTree(git, 'many');
    expect(answer).toMatchObject({ type: 'tree', isCut: true });
    expect(ReadAnswer.safeParse(answer).success).toBe(true);
  });

  test('that is a file, or not there, is refused in words', async () => {
    expect(await readTree(git, 'README.md')).toMatchObject({ type: 'refused', code: 'wrong_kind' });
    expect(await readTree(git, 'nope')).toMatchObject({ type: 'refused', code: 'not_found' });
    expect(await readTree(git, 'README.md/x')).toMatchObject({ type: 'refused', code: 'not_found' });
  });
});

describe('a file', () => {
  test('comes with its bytes, whatever they are', async () => {
    const latin = Buffer.from([0x66, 0xfc, 0x72, 0x0d, 0x0a]);
    put('latin.txt', latin);
    expect(await readFile(git, 'latin.txt')).toEqual({
      ...{ type: 'file', sizeBytes: 5, content: latin.toString('base64') },
      ...{ isBinary: false, picture: null },
    });
    put('empty');
    writeFileSync(join(folder, 'empty'), '');
    expect(await readFile(git, 'empty')).toMatchObject({ sizeBytes: 0, content: '', isBinary: false });
  });

  test('is recognised as a picture or as binary', async () => {
    put('dot.png', Buffer.from('89504e470d0a1a0a0000000d', 'hex'));
    put('fake.png', 'no picture');
    put('program', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0]));
    expect(await readFile(git, 'dot.png')).toMatchObject({ picture: 'image/png', isBinary: true });
    expect(await readFile(git, 'fake.png')).toMatchObject({ picture: null, isBinary: false });
    expect(await readFile(git, 'program')).toMatchObject({ picture: null, isBinary: true });
  });

  test('of exactly 1 MB is handed over, of one byte more only described', async () => {
    put('whole', Buffer.alloc(MAX_READ_BYTES, 'a'));
    put('large', Buffer.alloc(MAX_READ_BYTES + 1, 'a'));
    const whole = await readFile(git, 'whole');
    expect(ReadAnswer.parse(whole)).toMatchObject({ sizeBytes: MAX_READ_BYTES });
    expect(contentOf(whole)).toHaveLength(MAX_READ_BYTES);
    const large = { type: 'file', sizeBytes: MAX_READ_BYTES + 1, content: null };
    expect(await readFile(git, 'large')).toMatchObject(large);
  });

  test('behind a link inside the repository is read, outside of it never', async () => {
    put('src/a.ts', 'inside');
    link('src/a.ts', 'good');
    link('../secret.txt', 'up');
    link(join(root, 'secret.txt'), 'absolute');
    link('..', 'parent');
    link('.git', 'git');
    expect(contentOf(await readFile(git, 'good'))).toBe('inside');
    for (const path of [
      'up',
      'absolute',
      'parent/secret.txt',
      'git/config',
      '.git/config',
      '../secret.txt',
    ]) {
      expect(await readFile(git, path), path).toMatchObject({ type: 'refused', code: 'outside' });
    }
  });

  test('that is a folder, a pipe or a socket is refused, and nobody waits for it', async () => {
    mkdirSync(join(folder, 'src'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const server = await listen(join(folder, 'socket'));
    expect(await readFile(git, 'src')).toMatchObject({ code: 'wrong_kind' });
    expect(await readFile(git, 'pipe')).toMatchObject({ code: 'wrong_kind' });
    expect(await readFile(git, 'socket')).toMatchObject({ code: 'failed' });
    await new Promise((resolve) => server.close(resolve));
  });

  test('that takes turns with a link to the outside is never read from there', async () => {
    put('real.txt', 'inside');
    const script = `const { symlinkSync, renameSync } = require('fs');
      for (;;) { symlinkSync('real.txt', 'a'); renameSync('a', 'swap'); symlinkSync('../secret.txt', 'b'); renameSync('b', 'swap'); }`;
    link('real.txt', 'swap');
    const swapping = inBackground(script);
    try {
      for (let n = 0; n < 300; n += 1) {
        const answer = await readFile(git, 'swap');
        if (answer.type === 'file') expect(contentOf(answer)).toBe('inside');
      }
    } finally {
      swapping.kill('SIGKILL');
    }
  });
});

describe('all names', () => {
  test('are those that git keeps or would keep, each once', async () => {
    put('src/a.ts');
    put('dist/out.js');
    put('zeile\nzwei.txt');
    execFileSync('git', ['add', 'src/a.ts'], { cwd: folder });
    expect(await readNames(git)).toEqual({
      type: 'names',
      isCut: false,
      paths: ['.gitignore', 'README.md', 'src/a.ts', 'zeile\nzwei.txt'],
    });
  });
});

function listen(path: string): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(path, () => resolve(server));
  });
}

function inBackground(script: string): ChildProcess {
  return spawn(process.execPath, ['-e', script], { cwd: folder, stdio: 'ignore' });
}
