import { createHmac, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sessionChannel } from '@/domain/wire/realtime';
import { RepositoryId, type SessionId } from '@/domain/ids';
import type { Caller } from '@/services/caller';
import { authorizeChannel } from '@/services/realtime/authorize-channel';
import { useDeps } from '@/testing/deps';
import {
  callApi,
  gitUrl,
  runTestGit,
  startTestGitHub,
  type TestGitHub,
  userToken,
} from '@/testing/emulated-github';
import { connectGitHub, newGitHubTeam } from '@/testing/github-world';
import { callAs, newCommandId, newSessionId } from '@/testing/test-session';
import { mintReadToken } from './mint-read-token';
import { receiveDelivery } from './receive-delivery';
import { healGitHub } from './work-off-deliveries';

const world = useDeps();
let host: TestGitHub;
let ada: Caller;
let ben: Caller;
let carol: Caller;

beforeEach(async () => {
  host = await startTestGitHub();
  connectGitHub(world.current, host);
  const { people } = await newGitHubTeam(world.current, host, [
    ['ada', 'owner'],
    ['ben', 'member'],
    ['carol', 'member'],
  ]);
  [ada, ben, carol] = people as [Caller, Caller, Caller];
});
afterEach(() => host.remove());

async function versionOf(id: SessionId): Promise<number | undefined> {
  const row = await world.current.db.session.findUnique({ where: { id }, select: { accessVersion: true } });
  return row?.accessVersion;
}

const as = (caller: Caller) => callAs(world.current, caller);

async function open(caller: Caller, address = 'acme/web'): Promise<SessionId> {
  const sessionId = newSessionId();
  await as(caller).sessions.create({ sessionId, commandId: newCommandId(), repository: { address } });
  return sessionId;
}

function delivery(event: string, payload: object, id: string = randomUUID()) {
  const body = JSON.stringify(payload);
  const signature = `sha256=${createHmac('sha256', 'webhook-secret').update(body).digest('hex')}`;
  return { body, signature, id, event };
}

const removal = (login: string) =>
  delivery('organization', {
    ...{ action: 'member_removed', organization: { login: 'acme' } },
    membership: { user: { login } },
  });

async function putOutAtGitHub(login: string): Promise<void> {
  const token = await userToken(host, 'ada');
  const answer = await callApi(host, `/orgs/acme/members/${login}`, { token, method: 'DELETE' });
  expect(answer.status).toBe(204);
}

/** As if so many seconds had passed since GitHub was asked. */
const age = (seconds: number) =>
  world.current.db
    .$executeRaw`UPDATE github_access SET checked_at = now() - make_interval(secs => ${seconds})`;

describe('a private repository at GitHub', () => {
  it('is found, opened and read by the token of its own that its sandbox asks for', async () => {
    const sessionId = await open(ben);
    const repository = (await as(ben).repositories.list()).find(({ name }) => name === 'acme/web');
    expect(repository).toMatchObject({ kind: 'github', name: 'acme/web' });
    const first = await mintReadToken(world.current, { sessionId, epoch: 0 });
    const url = gitUrl(host, 'acme/web', first.password);
    expect(await runTestGit(host.workDir, 'ls-remote', '--heads', url)).toContain('refs/heads/main');
    await expect(mintReadToken(world.current, { sessionId, epoch: 1 })).rejects.toMatchObject({
      code: 'epoch_over',
    });
    host.expireInstallationTokens();
    await expect(runTestGit(host.workDir, 'ls-remote', '--heads', url)).rejects.toThrow();
    const second = await mintReadToken(world.current, { sessionId, epoch: 0 });
    const fresh = gitUrl(host, 'acme/web', second.password);
    expect(await runTestGit(host.workDir, 'ls-remote', '--heads', fresh)).toContain('refs/heads/main');
  });

  it('is listed, and searched by its name, for who may read it only', async () => {
    const names = async (caller: Caller, search = '') =>
      (await as(caller).repositories.hosted({ search })).repositories.map(({ fullName }) => fullName);
    expect(await names(ben)).toEqual(['acme/playground', 'acme/web']);
    expect(await names(ben, 'WEB acme')).toEqual(['acme/web']);
    expect(await names(carol)).toEqual(['acme/playground']);
  });

  it('is not there for who may not see it at GitHub, whatever their role in the team', async () => {
    await expect(open(carol)).rejects.toMatchObject({ cause: { code: 'repository_not_found' } });
    const sessionId = await open(ben);
    const refused = { cause: { code: 'repository_forbidden' } };
    await expect(as(carol).sessions.get({ sessionId })).rejects.toMatchObject(refused);
    await expect(as(carol).events.after({ sessionId, after: 0 })).rejects.toMatchObject(refused);
    const channel = sessionChannel(sessionId, 1);
    await expect(authorizeChannel(world.current, carol, { socketId: '1.1', channel })).rejects.toMatchObject({
      code: 'repository_forbidden',
    });
    const names = (await as(carol).repositories.list()).map(({ name }) => name);
    expect(names).not.toContain('acme/web');
    expect((await as(ada).sessions.list({})).map(({ id }) => id)).toContain(sessionId);
    const listed = (await as(carol).sessions.list({})).map(({ id }) => id);
    expect(listed).not.toContain(sessionId);
  });
});

describe('the team’s list', () => {
  it('is not told how a session looks that some of the team may not see', async () => {
    const sessionId = await open(ben);
    await world.current.drain();
    const { messages } = world.current.realtime;
    const told = () => messages.filter(({ channel }) => channel.startsWith('private-team-'));
    expect(told().length).toBeGreaterThan(0);
    expect(told().every(({ data }) => !JSON.stringify(data).includes('acme/web'))).toBe(true);
    expect(JSON.stringify(told())).toContain(sessionId);
  });
});

describe('a right that GitHub takes away', () => {
  it('ends streams by the webhook that says so, at once', async () => {
    const sessionId = await open(ada);
    await as(ben).sessions.get({ sessionId });
    const listens = { socketId: '1.1', channel: sessionChannel(sessionId, 1) };
    await authorizeChannel(world.current, ben, listens);
    await putOutAtGitHub('ben');
    // Believed still: nobody has said anything.
    await as(ben).sessions.get({ sessionId });
    await receiveDelivery(world.current, removal('ben'));
    await world.current.drain();
    await expect(authorizeChannel(world.current, ada, listens)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(as(ben).sessions.get({ sessionId })).rejects.toMatchObject({
      cause: { code: 'repository_forbidden' },
    });
    expect(await versionOf(sessionId)).toBe(2);
  });

  it('ends them by the sweep when the webhook never came', async () => {
    const sessionId = await open(ada);
    await as(ben).sessions.get({ sessionId });
    const { id: userId } = ben.person;
    await world.current.db.sessionPresence.create({ data: { sessionId, userId, isHere: true } });
    await putOutAtGitHub('ben');
    await age(301);
    await healGitHub(world.current);
    expect(await versionOf(sessionId)).toBe(2);
  });

  it('holds for an hour while GitHub does not answer, and then no longer', async () => {
    const sessionId = await open(ben);
    await host.close();
    await age(3_500);
    await as(ben).sessions.get({ sessionId });
    await age(3_601);
    await expect(as(ben).sessions.get({ sessionId })).rejects.toMatchObject({
      cause: { code: 'repository_forbidden' },
    });
  });

  it('is gone with the sign-in at GitHub', async () => {
    const sessionId = await open(ben);
    await world.current.db.account.updateMany({
      where: { userId: ben.person.id },
      data: { access_token: 'ghu_revoked' },
    });
    await age(301);
    await expect(as(ben).sessions.get({ sessionId })).rejects.toMatchObject({
      cause: { code: 'repository_forbidden' },
    });
  });
});

describe('a webhook', () => {
  it('without our signature is refused and leaves nothing', async () => {
    const forged = { ...removal('ben'), signature: `sha256=${'0'.repeat(64)}` };
    const refused = { code: 'unauthenticated' };
    await expect(receiveDelivery(world.current, forged)).rejects.toMatchObject(refused);
    await expect(receiveDelivery(world.current, { ...forged, signature: null })).rejects.toMatchObject(
      refused,
    );
    expect(await world.current.db.githubDelivery.count({ where: { id: forged.id } })).toBe(0);
  });

  it('that comes again is worked on once', async () => {
    await open(ben);
    const given = removal('ben');
    await receiveDelivery(world.current, given);
    await world.current.drain();
    const once = await world.current.db.githubAccess.findMany({ where: { userId: ben.person.id } });
    await receiveDelivery(world.current, given);
    await world.current.drain();
    expect(await world.current.db.githubAccess.findMany({ where: { userId: ben.person.id } })).toEqual(once);
  });

  it('whose work was cut off is worked on by the sweep', async () => {
    const sessionId = await open(ada);
    await as(ben).sessions.get({ sessionId });
    await putOutAtGitHub('ben');
    await receiveDelivery(world.current, removal('ben'));
    world.current.forget();
    expect(await versionOf(sessionId)).toBe(1);
    await healGitHub(world.current);
    expect(await versionOf(sessionId)).toBe(2);
  });

  it('of a new name is followed by what hangs on the old one', async () => {
    const sessionId = await open(ben);
    const payload = {
      ...{ action: 'renamed', changes: { repository: { name: { from: 'web' } } } },
      repository: { full_name: 'acme/site', owner: { login: 'acme' } },
    };
    await receiveDelivery(world.current, delivery('repository', payload));
    await world.current.drain();
    const row = await world.current.db.session.findUnique({
      where: { id: sessionId },
      select: { repository: { select: { name: true, url: true } } },
    });
    expect(row?.repository).toEqual({ name: 'acme/site', url: `${host.url}/acme/site.git` });
  });
});

describe('a push', () => {
  it('to the default branch has the environment built anew, where that is on; one elsewhere has not', async () => {
    await open(ben);
    const repository = (await as(ben).repositories.list()).find(({ name }) => name === 'acme/web');
    const repositoryId = RepositoryId.parse(repository?.id);
    const push = async (branch: string) => {
      const pushed = { full_name: 'acme/web', default_branch: 'main', owner: { login: 'acme' } };
      const { body, ...rest } = delivery('push', { ref: `refs/heads/${branch}`, repository: pushed });
      await receiveDelivery(world.current, { body, ...rest });
      await world.current.drain();
    };
    const triggers = async () =>
      (await as(ada).repositories.environment({ repositoryId })).builds.map(({ trigger }) => trigger);
    await push('main');
    expect(await triggers()).toEqual([]);
    await world.current.db.repository.update({
      where: { id: repositoryId },
      data: { prebuildMinutes: 60, prebuildBy: ada.person.id },
    });
    await push('feature');
    expect(await triggers()).toEqual([]);
    await push('main');
    expect(await triggers()).toEqual(['push']);
  });
});
