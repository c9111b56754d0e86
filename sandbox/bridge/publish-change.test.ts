import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EventOf } from '@/domain/events/session-event';
import { makePrompt } from '@/testing/bridge-bench';
import { bootFor, makeRepository, SANDBOX_TOKEN } from '@/testing/bridge-sandbox';
import { StandInServer } from '@/testing/stand-in-server';
import { ownEnvironment } from '../supervisor/environment';
import { cloneRepository } from '../workspace/clone';
import { Git } from '../workspace/git';
import { restoreBundle } from '../workspace/restore-bundle';
import { publishChange } from './publish-change';
import { ServerClient } from './server-client';

type Change = EventOf<'diff.changed'>;

const BRANCH = 'dispatch/test';
let root: string;
let origin: string;
let server: StandInServer;
let git: Git;
let told: Change[];

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'dispatch-publish-'));
  origin = makeRepository(root, { 'README.md': 'hello\n', 'notes.txt': 'one\ntwo\n' });
  server = await StandInServer.start({
    ...{ boot: bootFor(origin), epoch: 1, token: SANDBOX_TOKEN, modelUrl: 'http://127.0.0.1:9/v1' },
  });
  git = await clone('first');
  told = [];
});

afterEach(async () => {
  await server.down();
  rmSync(root, { recursive: true, force: true });
});

/** A sandbox's clone, in a folder of its own. */
async function clone(name: string): Promise<Git> {
  mkdirSync(join(root, name));
  const cloned = new Git(join(root, name, 'repo'), join(root, 'home'), ownEnvironment()['PATH'] ?? '');
  const repository = { kind: 'local', name: 'repo', cloneUrl: origin, needsCredentials: false } as const;
  await cloneRepository(cloned, { repository, baseBranch: 'main', branch: BRANCH, credentials: null });
  return cloned;
}

/** Ends a turn with the tree as it lies there. `last` is what the bridge remembers: nothing in a new life. */
async function endTurn(last: Change | null = told.at(-1) ?? null): Promise<Change | undefined> {
  const client = new ServerClient(server.url, SANDBOX_TOKEN);
  const before = told.length;
  const tell = (change: Change): void => void told.push(change);
  await publishChange({ git, server: client, branch: BRANCH, prompt: makePrompt('Do it'), last, tell });
  return told[before];
}

const write = (name: string, text: string): void => writeFileSync(join(git.folder, name), text);
const patchOf = (ref: Change['patch'] | undefined): string =>
  ref ? (server.blobs.get(ref.key)?.toString() ?? 'lost') : 'none';
const pathsOf = (files: Change['files'] | undefined): string[] => (files ?? []).map(({ path }) => path);

test('the first turn’s part is the whole change, stored once', async () => {
  write('notes.txt', 'one\n2\n');
  const change = await endTurn();
  expect(change?.turnPatch).toEqual(change?.patch);
  expect(change?.turnFiles).toEqual(change?.files);
  expect(patchOf(change?.turnPatch)).toContain('+2\n');
  expect([...server.blobs.keys()]).toHaveLength(2);
});

test('a later turn’s part is what it changed itself, and applies on what was there before', async () => {
  write('notes.txt', 'one\n2\n');
  await endTurn();
  write('notes.txt', 'one\n2\nthree\n');
  write('new.txt', 'new\n');
  const change = await endTurn();
  expect(pathsOf(change?.files)).toEqual(['new.txt', 'notes.txt']);
  expect(change?.turnFiles).toEqual([
    { path: 'new.txt', status: 'added', additions: 1, deletions: 0, binary: false },
    { path: 'notes.txt', status: 'modified', additions: 1, deletions: 0, binary: false },
  ]);
  expect(patchOf(change?.patch)).toContain('-two\n');
  expect(patchOf(change?.turnPatch)).not.toContain('-two\n');

  const clean = join(root, 'apply');
  execFileSync('git', ['clone', '--quiet', origin, clean]);
  const apply = (patch: string) => execFileSync('git', ['apply', '-'], { cwd: clean, input: patch });
  apply(patchOf(told[0]?.turnPatch));
  apply(patchOf(told[1]?.turnPatch));
  expect(readFileSync(join(clean, 'notes.txt'), 'utf8')).toBe('one\n2\nthree\n');
});

test('a turn that takes everything back has a part, though the whole is empty', async () => {
  write('notes.txt', 'other\n');
  await endTurn();
  write('notes.txt', 'one\ntwo\n');
  const change = await endTurn();
  expect([change?.files, change?.patch]).toEqual([[], null]);
  expect(pathsOf(change?.turnFiles)).toEqual(['notes.txt']);
  expect(patchOf(change?.turnPatch)).toContain('-other\n');
});

test('what could not be committed in the middle of a merge counts for the turn that left it', async () => {
  const run = (...args: string[]) => git.run(['-c', 'user.name=A', '-c', 'user.email=a@a', ...args]);
  await run('checkout', '--quiet', '-b', 'other');
  write('notes.txt', 'theirs\n');
  await run('commit', '--quiet', '-am', 'theirs');
  await run('checkout', '--quiet', BRANCH);
  write('notes.txt', 'ours\n');
  await endTurn();
  await run('merge', 'other');
  const merging = await endTurn();
  expect(pathsOf(merging?.turnFiles)).toEqual(['notes.txt']);
  write('notes.txt', 'ours and theirs\n');
  write('more.txt', 'more\n');
  const change = await endTurn();
  expect(patchOf(change?.turnPatch)).toContain('-<<<<<<<');
  expect(pathsOf(change?.turnFiles)).toEqual(['more.txt', 'notes.txt']);
});

test('the next life on the same disk measures from where the last one stopped', async () => {
  write('notes.txt', 'one\n2\n');
  await endTurn();
  write('new.txt', 'new\n');
  const change = await endTurn(null);
  expect(pathsOf(change?.turnFiles)).toEqual(['new.txt']);
});

test('so does one on a fresh clone with the work from its bundle', async () => {
  write('notes.txt', 'one\n2\n');
  const first = await endTurn();
  const file = join(root, 'work.bundle');
  writeFileSync(file, server.blobs.get(first!.bundle!.key)!);
  git = await clone('second');
  await restoreBundle(git, { file, branch: BRANCH });
  write('new.txt', 'new\n');
  const change = await endTurn(null);
  expect(pathsOf(change?.files)).toEqual(['new.txt', 'notes.txt']);
  expect(pathsOf(change?.turnFiles)).toEqual(['new.txt']);
});

test('a turn without a change of its own tells nothing', async () => {
  write('notes.txt', 'one\n2\n');
  await endTurn();
  expect(await endTurn()).toBeUndefined();
  // A new life does not know what was told before it: it says the whole again, with no part in it.
  expect(await endTurn(null)).toMatchObject({
    turnPatch: null,
    turnFiles: [],
    files: [{ path: 'notes.txt' }],
  });
});

test('a bridge that was killed between telling and noting the turn’s end still measures the next turn right', async () => {
  write('notes.txt', 'one\n2\n');
  await endTurn();
  write('notes.txt', 'one\n2\n3\n');
  const second = await endTurn();
  await git.text(['update-ref', 'refs/dispatch/turn-end', told[0]!.headSha]);
  write('new.txt', 'new\n');
  expect(pathsOf((await endTurn(second))?.turnFiles)).toEqual(['new.txt']);
});
