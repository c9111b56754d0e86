import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Container } from '@/container';
import { makeSandboxToken } from '@/services/sandboxes/sandbox-token';
import { useDeps } from '@/testing/deps';
import { callAs, newCommandId, phase, TestSession } from '@/testing/test-session';
import * as sweepRoute from '../cron/sweep/route';
import * as webhookRoute from '../realtime/webhook/route';
import { POST as boot } from './boot/route';
import { POST as reads } from './reads/route';
import { POST as realtime } from './realtime/route';
import { GET as poll, POST as sync } from './sync/route';
import { POST as uploads } from './uploads/route';

const world = useDeps();
const CRON_SECRET = 'a-secret-of-the-clock';

beforeEach(() => {
  // The container is kept on the global object; what routes use of it is there.
  const container = { deps: world.current, env: { CRON_SECRET } } as unknown as Container;
  (globalThis as { dispatchContainer?: { container?: Container } }).dispatchContainer!.container = container;
});

interface Sent {
  token?: string | undefined;
  body?: BodyInit;
  headers?: Record<string, string>;
  method?: string;
}

async function call(
  route: (request: Request) => Promise<Response>,
  { token, body = '{}', headers = {}, method = 'POST' }: Sent,
): Promise<{ status: number; body: Record<string, unknown>; code: string | undefined }> {
  const request = new Request('http://app.test/api/sandbox', {
    method,
    headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
    ...(method === 'GET' ? {} : { body }),
  });
  const response = await route(request);
  const text = await response.text();
  // Every route answers an object, or nothing.
  const answer = JSON.parse(text === '' ? '{}' : text) as { error?: { code: string } } & Record<
    string,
    unknown
  >;
  return { status: response.status, body: answer, code: answer.error?.code };
}

const ROUTES = { boot, sync, uploads, reads, realtime };
const NAMES = Object.keys(ROUTES) as (keyof typeof ROUTES)[];

async function readySandbox() {
  const { session, bridge } = await TestSession.ready(world.current);
  const tokenOf = (epoch: number) => makeSandboxToken(world.current.signer, { sessionId: session.id, epoch });
  const frames = {
    boot: {},
    sync: {
      epoch: 1,
      bootId: bridge.bootId,
      first: 2,
      events: [],
      deltas: [],
      checkpoints: [],
      inFlight: null,
      ackedCommand: 0,
    },
    uploads: { turnId: null, kind: 'patch', sizeBytes: 3, contentType: 'text/x-patch' },
    reads: { requestId: randomUUID(), answer: { type: 'names', paths: [], isCut: false } },
    realtime: { socket_id: '1.2', channel_name: `private-sandbox-${session.id}.1` },
  };
  return { session, bridge, token: tokenOf(1), tokenOf, frames };
}

describe('every sandbox route', () => {
  it.each(NAMES)('%s answers the token of the present life', async (name) => {
    const { token, frames } = await readySandbox();
    expect(await call(ROUTES[name], { token, body: JSON.stringify(frames[name]) })).toMatchObject({
      status: 200,
    });
  });

  it.each(NAMES)(
    '%s refuses a call without a token, with a made-up one, and with a person’s',
    async (name) => {
      const { frames } = await readySandbox();
      for (const token of [
        undefined,
        'dsb_k1_x',
        'dsp_person',
        `dsb_k1_${randomUUID()}_1_${'0'.repeat(64)}`,
      ]) {
        const answer = await call(ROUTES[name], { token, body: JSON.stringify(frames[name]) });
        expect([answer.status, answer.code]).toEqual([401, 'unauthenticated']);
      }
    },
  );

  it.each(NAMES)('%s tells an older life, and one of an archived session, that it is over', async (name) => {
    const { session, token, tokenOf, frames } = await readySandbox();
    const body = JSON.stringify(frames[name]).replace('"epoch":1', '"epoch":0').replace(/\.1"/, '.0"');
    const old = await call(ROUTES[name], { token: tokenOf(0), body });
    expect([old.status, old.code]).toEqual([409, 'epoch_over']);
    await callAs(world.current, session.owner).sessions.archive({
      sessionId: session.id,
      commandId: newCommandId(),
    });
    const archived = await call(ROUTES[name], { token, body: JSON.stringify(frames[name]) });
    expect([archived.status, archived.code]).toEqual([409, 'epoch_over']);
  });

  it.each(NAMES)('%s refuses what is no JSON, what is no frame, and a bomb', async (name) => {
    const { session, token } = await readySandbox();
    const before = await session.now();
    const gzip = { 'content-encoding': 'gzip' };
    const bomb = gzipSync(Buffer.alloc(17 * 1024 * 1024, ' '));
    const answers = [
      await call(ROUTES[name], { token, body: '{"epoch":' }),
      await call(ROUTES[name], { token, body: '[1]' }),
      await call(ROUTES[name], { token, body: 'plain', headers: gzip }),
      await call(ROUTES[name], { token, body: bomb, headers: gzip }),
    ];
    expect(answers.map(({ status, code }) => [status, code])).toEqual([
      [400, 'bad_input'],
      [400, 'bad_input'],
      [400, 'bad_input'],
      [413, 'too_large'],
    ]);
    expect(await session.now()).toEqual(before);
  });

  it('says nothing of the inside when something breaks', async () => {
    const { session, token } = await readySandbox();
    await world.current.db
      .$executeRaw`UPDATE session SET state = '{"secret": "x"}' WHERE id = ${session.id}::uuid`;
    const answer = await call(boot, { token });
    expect([answer.status, answer.code]).toEqual([500, 'internal']);
    expect(JSON.stringify(answer.body)).not.toMatch(/secret|state|invalid/i);
    expect(world.current.logged).toHaveLength(1);
  });
});

describe('sync', () => {
  it('takes a compressed frame and stores its events', async () => {
    const { session, token, frames } = await readySandbox();
    const body = gzipSync(
      JSON.stringify({ ...frames.sync, events: [{ kind: 'setup.log', epoch: 1, text: 'x' }] }),
    );
    const answer = await call(sync, { token, body, headers: { 'content-encoding': 'gzip' } });
    expect(answer).toMatchObject({ status: 200, body: { ack: 2, epoch: 1, commands: [{ n: 1 }] } });
    expect((await session.story()).at(-1)).toBe('setup.log');
  });

  it.each([
    ['no first', { first: 0 }],
    ['a half number', { first: 1.5 }],
    ['too many events', { events: Array.from({ length: 201 }, () => null) }],
    ['a boot id that is none', { bootId: 'x' }],
    ['events that are no list', { events: 'x' }],
  ])('with %s is bad input and changes nothing', async (_name, wrong) => {
    const { session, token, frames } = await readySandbox();
    const before = await session.now();
    const answer = await call(sync, { token, body: JSON.stringify({ ...frames.sync, ...wrong }) });
    expect([answer.status, answer.code]).toEqual([400, 'bad_input']);
    expect(await session.now()).toEqual(before);
  });

  it('as a long poll answers at once what is there', async () => {
    const { token } = await readySandbox();
    expect(await call(poll, { token, method: 'GET' })).toMatchObject({
      status: 200,
      body: { commands: [{ n: 1 }] },
    });
    expect(await call(poll, { token: 'wrong', method: 'GET' })).toMatchObject({ status: 401 });
  });
});

describe('an upload', () => {
  it('gets an address for an object of this session, of this size', async () => {
    const { session, token, frames } = await readySandbox();
    const { body } = await call(uploads, { token, body: JSON.stringify(frames.uploads) });
    expect(body['key']).toMatch(new RegExp(`^${session.id}/patch/1-`));
    expect(new URL(String(body['url'])).searchParams.get('size')).toBe('3');
  });
});

describe('boot', () => {
  it('tells the work and no secret of the server', async () => {
    const { session, token } = await readySandbox();
    const { body } = await call(boot, { token });
    expect(body).toMatchObject({
      sessionId: session.id,
      repository: { kind: 'git', name: 'web', cloneUrl: session.repository.url, needsCredentials: false },
      baseBranch: 'main',
      realtime: { channel: `private-sandbox-${session.id}.1` },
      history: '',
    });
    expect(JSON.stringify(body)).not.toMatch(/key of tests|blobs of tests/);
  });

  it('of a later life tells what was said before', async () => {
    const { session, bridge, tokenOf } = await readySandbox();
    const { promptId, turnId } = (await session.now()).state.running!;
    const text = { type: 'text', text: 'I looked and it is fine.' };
    await bridge.say(
      { kind: 'part.finished', turnId, partId: 'prt_1', part: text },
      { kind: 'prompt.finished', promptId, turnId, outcome: 'completed', reason: null },
      phase(1, 'failed', 'agent_failed'),
    );
    await session.send('and now?');
    const { body } = await call(boot, { token: tokenOf(2) });
    expect(body['history']).toBe('Asked: one\n\nAnswered: I looked and it is fine.');
  });
});

describe('the clock’s route', () => {
  it('sweeps for who knows the secret, and looks at one session when asked to', async () => {
    const { session } = await readySandbox();
    const asked = { token: CRON_SECRET, body: JSON.stringify({ sessionId: session.id }) };
    expect(await call(sweepRoute.POST, asked)).toMatchObject({ status: 200, body: { checked: 1 } });
    expect(await call(sweepRoute.GET, { token: CRON_SECRET, method: 'GET' })).toMatchObject({ status: 200 });
    expect(await call(sweepRoute.POST, { token: CRON_SECRET, body: '' })).toMatchObject({ status: 200 });
  });

  it.each([undefined, 'wrong', `${CRON_SECRET}x`])('refuses %j', async (token) => {
    expect(await call(sweepRoute.POST, { token })).toMatchObject({ status: 401, code: 'unauthenticated' });
  });

  it.each(['{', '{"sessionId":"x"}'])('refuses the body %j', async (body) => {
    expect(await call(sweepRoute.POST, { token: CRON_SECRET, body })).toMatchObject({
      status: 400,
      code: 'bad_input',
    });
  });
});

describe('the realtime server’s webhook', () => {
  it('is taken when it is signed, refused when not', async () => {
    const body = JSON.stringify({ timeMs: 1, events: [] });
    const signed = await call(webhookRoute.POST, { body, headers: { 'x-pusher-key': 'recording' } });
    expect(signed.status).toBe(204);
    const unsigned = await call(webhookRoute.POST, { body, headers: { 'x-pusher-key': 'other' } });
    expect([unsigned.status, unsigned.code]).toEqual([401, 'unauthenticated']);
  });
});
