import { createServer, type Server } from 'node:http';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  gitUrl,
  installationToken,
  runTestGit,
  startTestGitHub,
  type TestGitHub,
} from '@/testing/emulated-github';
import type { PushRequest } from '@/ports/publisher';
import { createPublisher } from './create-publisher';
import { explainPush } from './explain-push';

const BRANCH = 'dispatch/greet-0a1b2c3d';

let host: TestGitHub;
let clone: string;
let token: string;
let store: Server;
const publisher = createPublisher();

beforeEach(async () => {
  host = await startTestGitHub();
  token = await installationToken(host);
  clone = join(host.workDir, 'clone');
  await runTestGit(host.workDir, 'clone', '--quiet', gitUrl(host, 'acme/web', token), clone);
  await runTestGit(clone, 'checkout', '--quiet', '-b', BRANCH);
  store = createServer((_, response) => response.end(readFileSync(join(clone, 'work.bundle'))));
  await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  store.close();
  await host.remove();
});

async function commit(folder: string, name: string): Promise<string> {
  writeFileSync(join(folder, name), `${name}\n`);
  await runTestGit(folder, 'add', name);
  await runTestGit(folder, 'commit', '--quiet', '-m', `add ${name}`);
  return runTestGit(folder, 'rev-parse', 'HEAD');
}

async function push(changed: Partial<PushRequest> = {}) {
  await runTestGit(
    clone,
    'bundle',
    'create',
    '--quiet',
    'work.bundle',
    `refs/heads/${BRANCH}`,
    '^origin/main',
  );
  const { port } = store.address() as AddressInfo; // it listens on a port
  return publisher.push({
    ...{ bundleUrl: `http://127.0.0.1:${port}/`, repositoryUrl: gitUrl(host, 'acme/web') },
    ...{ branch: BRANCH, lastPushed: null, token },
    ...changed,
  });
}

const remoteHead = async (branch = BRANCH): Promise<string> => {
  const line = await runTestGit(clone, 'ls-remote', gitUrl(host, 'acme/web', token), `refs/heads/${branch}`);
  return line.split('\t')[0] ?? '';
};

describe('a push', () => {
  it('puts the work on the session’s branch, goes on from it, and replaces what it pushed itself', async () => {
    const first = await commit(clone, 'a.txt');
    expect(await push()).toEqual({ ok: true, headSha: first });
    expect(await remoteHead()).toBe(first);
    const second = await commit(clone, 'b.txt');
    expect(await push({ lastPushed: first })).toEqual({ ok: true, headSha: second });
    await runTestGit(clone, 'commit', '--quiet', '--amend', '-m', 'other words');
    const amended = await runTestGit(clone, 'rev-parse', 'HEAD');
    expect(await push({ lastPushed: second })).toEqual({ ok: true, headSha: amended });
    expect(await remoteHead()).toBe(amended);
  });

  it('overwrites nothing that somebody else pushed, and makes a deleted branch anew', async () => {
    const ours = await commit(clone, 'a.txt');
    await push();
    const other = join(host.workDir, 'other');
    mkdirSync(other);
    await runTestGit(other, 'clone', '--quiet', '-b', BRANCH, gitUrl(host, 'acme/web', token), '.');
    const theirs = await commit(other, 'theirs.txt');
    await runTestGit(other, 'push', '--quiet', 'origin', BRANCH);
    await commit(clone, 'b.txt');
    const refused = await push({ lastPushed: ours });
    expect(refused).toMatchObject({ ok: false, reason: { code: 'branch_moved' } });
    expect(await remoteHead()).toBe(theirs);
    await runTestGit(other, 'push', '--quiet', 'origin', '--delete', BRANCH);
    expect(await push({ lastPushed: ours })).toMatchObject({ ok: true });
  });

  it('moves no branch but a session’s own', async () => {
    await commit(clone, 'a.txt');
    const before = await remoteHead('main');
    expect(await push({ branch: 'main' })).toMatchObject({ ok: false, reason: { code: 'foreign_branch' } });
    expect(await push({ branch: 'dispatch/other' })).toMatchObject({
      ok: false,
      reason: { code: 'work_broken' },
    });
    expect(await remoteHead('main')).toBe(before);
  });

  it('says why a token that only reads, or is none, does not do', async () => {
    await commit(clone, 'a.txt');
    const reads = await installationToken(host, { permissions: { contents: 'read' } });
    const refused = { ok: false, reason: { code: 'app_may_not_write' } };
    expect(await push({ token: reads })).toMatchObject(refused);
    expect(await push({ token: 'ghs_none' })).toMatchObject(refused);
  });

  it('says that GitHub or the store is away', async () => {
    await commit(clone, 'a.txt');
    const away = 'http://127.0.0.1:1';
    expect(await push({ bundleUrl: away })).toMatchObject({ ok: false, reason: { code: 'work_not_read' } });
    expect(await push({ repositoryUrl: `${away}/acme/web.git` })).toMatchObject({
      ok: false,
      reason: { code: 'github_unavailable' },
    });
  });
});

it.each([
  ['remote: error: GH006: Protected branch update failed', 'branch_protected'],
  ['remote: error: GH013: Repository rule violations found', 'push_refused_by_rules'],
  ['! [rejected] (stale info)', 'branch_moved'],
  ['The requested URL returned error: 429', 'rate_limited'],
  ['The requested URL returned error: 500', 'github_unavailable'],
  ['fatal: repository not found', 'repository_gone'],
  ['fatal: something new', 'push_failed'],
])('“%s” is %s', (stderr, code) => {
  expect(explainPush({ stderr, isTimedOut: false }).code).toBe(code);
});

it('a push that takes too long says so', () => {
  expect(explainPush({ stderr: '', isTimedOut: true }).code).toBe('push_timed_out');
});
