import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SessionEvent } from '@/domain/events/session-event';
import { BlobKey, type SessionId } from '@/domain/ids';
import type { Caller } from '@/services/caller';
import { useDeps } from '@/testing/deps';
import {
  callApi,
  gitUrl,
  installationToken,
  runTestGit,
  startTestGitHub,
  type TestGitHub,
  userToken,
} from '@/testing/emulated-github';
import { connectGitHub, newGitHubTeam } from '@/testing/github-world';
import {
  callAs,
  delivered,
  finished,
  newCommandId,
  newPromptId,
  newSessionId,
  phase,
  TestBridge,
} from '@/testing/test-session';
import { findSession } from '@/db/sessions';
import { receiveDelivery } from './receive-delivery';
import { healGitHub } from './work-off-deliveries';

const world = useDeps();
let host: TestGitHub;
let store: Server;
let clone: string;
let ada: Caller;
let ben: Caller;
let sessionId: SessionId;
let bridge: TestBridge;

const as = (caller: Caller) => callAs(world.current, caller);

beforeEach(async () => {
  const deps = world.current;
  // Each test has a GitHub of its own, where numbers begin anew.
  await deps.db.pullRequest.deleteMany();
  host = await startTestGitHub();
  connectGitHub(deps, host);
  const { people } = await newGitHubTeam(deps, host, [
    ['ada', 'owner'],
    ['ben', 'member'],
  ]);
  [ada, ben] = people as [Caller, Caller];
  sessionId = newSessionId();
  await as(ada).sessions.create({
    ...{ sessionId, commandId: newCommandId(), repository: { address: 'acme/web' } },
    prompt: { promptId: newPromptId(), text: 'greet people' },
  });
  await deps.drain();
  bridge = new TestBridge(deps, { sessionId, epoch: 1 });
  await bridge.say(phase(1, 'ready'));
  clone = join(host.workDir, 'clone');
  const token = await installationToken(host);
  await runTestGit(host.workDir, 'clone', '--quiet', gitUrl(host, 'acme/web', token), clone);
  await runTestGit(clone, 'checkout', '--quiet', '-b', (await row()).branch);
  store = createServer((_, response) => response.end(readFileSync(join(clone, 'work.bundle'))));
  await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
  const { port } = store.address() as AddressInfo; // it listens on a port
  deps.blobs = { ...deps.blobs, downloadUrl: () => `http://127.0.0.1:${port}/` };
});
afterEach(async () => {
  store.close();
  await host.remove();
});

async function row() {
  const session = await findSession(world.current.db, sessionId);
  if (!session) throw new Error('The session is gone.');
  return session;
}

/** Does the running turn: a commit, what it says, and its end. */
async function turn(file: string, words = 'It greets now.'): Promise<void> {
  const { state, branch } = await row();
  if (!state.running) throw new Error('No turn runs.');
  const { turnId, promptId } = state.running;
  writeFileSync(join(clone, file), `${file}\n`);
  await runTestGit(clone, 'add', '.');
  await runTestGit(clone, 'commit', '--quiet', '-m', `add ${file}`);
  await runTestGit(
    clone,
    'bundle',
    'create',
    '--quiet',
    'work.bundle',
    `refs/heads/${branch}`,
    '^origin/main',
  );
  await runTestGit(clone, 'rm', '--quiet', '--cached', '--ignore-unmatch', 'work.bundle');
  const [baseSha, headSha] = await Promise.all([
    runTestGit(clone, 'rev-parse', 'origin/main'),
    runTestGit(clone, 'rev-parse', 'HEAD'),
  ]);
  const change = { path: file, status: 'added', additions: 1, deletions: 0, binary: false };
  const bundle = { key: BlobKey.parse(`${sessionId}/bundle/1`), sizeBytes: 1 };
  const part = { type: 'text', text: words };
  const partId = `prt_${randomUUID()}`;
  await bridge.say(
    delivered({ promptId, turnId }),
    { kind: 'part.started', turnId, partId, part: { type: 'text' } },
    { kind: 'part.finished', turnId, partId, part },
    ...[
      { kind: 'diff.changed', turnId, baseSha, headSha, files: [change], patch: null, bundle },
      finished({ promptId, turnId }),
    ].map((event) =>
      event.kind === 'diff.changed' ? { ...event, turnPatch: null, turnFiles: [change] } : event,
    ),
  );
}

async function open(caller = ada, more: { title?: string; isDraft?: boolean } = {}) {
  const { title, body } = await as(caller).pullRequests.draft({ sessionId });
  return as(caller).pullRequests.open({ sessionId, commandId: newCommandId(), title, body, ...more });
}

async function events(): Promise<SessionEvent[]> {
  const page = await as(ada).events.after({ sessionId, after: 0, limit: 1_000 });
  return page.events.map(({ event }) => event);
}

const titles = async () =>
  (await events()).flatMap((event) =>
    event.kind === 'artifact.added' || event.kind === 'artifact.updated' ? [event.artifact.title] : [],
  );

async function at<T>(
  path: string,
  { by = 'ada', method = 'GET', body }: { by?: string; method?: string; body?: object } = {},
): Promise<T> {
  const token = await userToken(host, by);
  const answer = await callApi(host, `/repos/acme/web${path}`, { token, method, ...(body ? { body } : {}) });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T; // what GitHub's reference says of this call
}

/** A webhook about the pull request, as GitHub sends it; what it says beside the number is not read. */
async function tell(event: string, number: number, id: string = randomUUID()): Promise<void> {
  const about = event === 'issue_comment' ? { issue: { number } } : { pull_request: { number } };
  const body = JSON.stringify({ repository: { full_name: 'acme/web', owner: { login: 'acme' } }, ...about });
  const signature = `sha256=${createHmac('sha256', 'webhook-secret').update(body).digest('hex')}`;
  await receiveDelivery(world.current, { body, signature, id, event });
  await world.current.drain();
}

interface Said {
  body: string;
  user: { login: string };
}

describe('a pull request', () => {
  it('is opened as who pressed the button, says who asked for what, and is told to the session once', async () => {
    await turn('hello.txt');
    const first = await open(ben, { isDraft: true });
    expect(first).toMatchObject({ openedAs: 'person', isKnown: false });
    const pull = await at<{ user: { login: string }; body: string; head: { ref: string; sha: string } }>(
      `/pulls/${first.number}`,
    );
    expect(pull.user.login).toBe('ben');
    expect(pull.body).toContain('- **ada**: greet people');
    expect(pull.head).toMatchObject({
      ref: (await row()).branch,
      sha: await runTestGit(clone, 'rev-parse', 'HEAD'),
    });
    expect(await open(ada)).toMatchObject({ number: first.number, isKnown: true });
    expect(await titles()).toEqual([`#${first.number} greet people (draft)`]);
  });

  it('follows the turns after it, and its merge shows in the session', async () => {
    await turn('hello.txt');
    const { number } = await open();
    await as(ben).prompts.send({
      sessionId,
      commandId: newCommandId(),
      promptId: newPromptId(),
      text: 'more',
    });
    await turn('more.txt');
    await world.current.drain();
    const head = await runTestGit(clone, 'rev-parse', 'HEAD');
    expect((await at<{ head: { sha: string } }>(`/pulls/${number}`)).head.sha).toBe(head);
    await at(`/pulls/${number}/merge`, { method: 'PUT', body: {} });
    const id = randomUUID();
    await tell('pull_request', number, id);
    await tell('pull_request', number, id);
    expect((await titles()).at(-1)).toBe(`#${number} greet people (merged)`);
    expect(await titles()).toHaveLength(2);
  });

  it('is looked at by the sweep where no webhook came', async () => {
    await turn('hello.txt');
    const { number } = await open();
    await at(`/pulls/${number}`, { method: 'PATCH', body: { state: 'closed' } });
    await world.current.db.pullRequest.updateMany({ data: { checkedAt: new Date(Date.now() - 700_000) } });
    await healGitHub(world.current);
    expect((await titles()).at(-1)).toBe(`#${number} greet people (closed)`);
  });

  it('is opened as the App, which says so, when GitHub does not take the person’s sign-in', async () => {
    await turn('hello.txt');
    await as(ada).sessions.get({ sessionId });
    await world.current.db.account.updateMany({
      where: { userId: ada.person.id },
      data: { access_token: 'ghu_revoked' },
    });
    const opened = await open();
    expect(opened.openedAs).toBe('app');
    expect((await at<Said>(`/pulls/${opened.number}`, { by: 'ben' })).body).toContain(
      'Opened by Dispatch for @ada',
    );
  });

  it('needs work to publish', async () => {
    await expect(open()).rejects.toThrow(/no turn changed a file/);
  });

  it('needs the right to write at GitHub', async () => {
    await turn('hello.txt');
    await as(ben).sessions.get({ sessionId });
    await world.current.db.githubAccess.updateMany({
      where: { userId: ben.person.id },
      data: { right: 'read' },
    });
    await expect(open(ben)).rejects.toMatchObject({ cause: { code: 'forbidden' } });
    expect(await runTestGit(clone, 'ls-remote', '--heads', 'origin', (await row()).branch)).toBe('');
  });

  it('says in the log why a push came to nothing', async () => {
    await turn('hello.txt');
    await host.close();
    await expect(open()).rejects.toMatchObject({ cause: { details: { why: 'github_unavailable' } } });
    const failed = (await events()).find((event) => event.kind === 'branch.push_failed');
    expect(failed?.reason.code).toBe('github_unavailable');
  });
});

describe('what is said on a pull request', () => {
  it('becomes a prompt of who said it, once, and is answered there', async () => {
    await turn('hello.txt');
    const { number } = await open();
    await at(`/issues/${number}/comments`, {
      by: 'ben',
      method: 'POST',
      body: { body: '@dispatch greet in French' },
    });
    await at(`/issues/${number}/comments`, { by: 'ben', method: 'POST', body: { body: 'looks good to me' } });
    const id = randomUUID();
    await tell('issue_comment', number, id);
    await tell('issue_comment', number, id);
    await tell('issue_comment', number);
    const { state } = await row();
    expect(state.queue).toEqual([]);
    const prompts = await world.current.db.prompt.findMany({ where: { sessionId, authorId: ben.person.id } });
    expect(prompts.map(({ text }) => text)).toEqual([
      `Comment on pull request #${number}:\n\n@dispatch greet in French`,
    ]);
    await turn('french.txt', 'It says bonjour now.');
    await world.current.drain();
    const said = await at<Said[]>(`/issues/${number}/comments`);
    expect(said).toHaveLength(3);
    expect(said.at(-1)?.body).toContain('It says bonjour now.');
  });

  it('on a line is a prompt without a mention, answered in its thread', async () => {
    await turn('hello.txt');
    const { number } = await open();
    const commit_id = await runTestGit(clone, 'rev-parse', 'HEAD');
    const body = { body: 'say it in French', path: 'hello.txt', position: 1, commit_id };
    await at(`/pulls/${number}/comments`, { by: 'ben', method: 'POST', body });
    await tell('pull_request_review_comment', number);
    const asked = await world.current.db.prompt.findMany({
      where: { sessionId, authorId: ben.person.id },
    });
    expect(asked).toHaveLength(1);
    expect(asked[0]?.text).toMatch(/^Review comment on hello.txt.* pull request #1:\n\nsay it in French$/);
    await turn('french.txt', 'It says bonjour now.');
    await world.current.drain();
    await tell('pull_request_review_comment', number);
    const said = await at<(Said & { in_reply_to_id?: number })[]>(`/pulls/${number}/comments`);
    expect(said).toHaveLength(2);
    expect(said[1]?.body).toContain('It says bonjour now.');
    expect(await world.current.db.prompt.count({ where: { sessionId } })).toBe(2);
  });

  it('by somebody who has no right is answered, and nothing of it runs', async () => {
    await turn('hello.txt');
    const { number } = await open();
    await world.current.db.account.deleteMany({ where: { userId: ben.person.id } });
    await at(`/issues/${number}/comments`, {
      by: 'ben',
      method: 'POST',
      body: { body: '@dispatch delete it all' },
    });
    await tell('issue_comment', number);
    await tell('issue_comment', number);
    expect(await world.current.db.prompt.count({ where: { sessionId } })).toBe(1);
    const said = await at<Said[]>(`/issues/${number}/comments`);
    expect(said).toHaveLength(2);
    expect(said[1]?.body).toContain('sign in at');
  });
});
