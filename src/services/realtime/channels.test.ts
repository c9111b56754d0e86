import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { createPusherRealtime } from '@/integrations/pusher/create-pusher-realtime';
import { useDeps } from '@/testing/deps';
import { RealtimeBench } from '@/testing/realtime-target';
import { callAs, newPerson, TestSession } from '@/testing/test-session';
import { authorizeSandboxChannel } from './authorize-channel';
import { receiveRealtimeWebhook } from './receive-webhook';

const world = useDeps();
const bench = new RealtimeBench();
afterEach(() => bench.close());

describe('a person’s subscription', () => {
  const socketId = '1.2';

  it('to a session and to the team’s list is signed for who is in the team', async () => {
    const session = await TestSession.create(world.current);
    const call = callAs(world.current, session.owner);
    for (const channel of [`private-session-${session.id}.1`, `private-team-${session.teamId}.1`]) {
      expect(await call.realtime.auth({ socketId, channel })).toEqual({ auth: `1.2 on ${channel}` });
    }
  });

  it('under the name of before rights changed is refused', async () => {
    const session = await TestSession.create(world.current);
    await world.current.db.session.update({ where: { id: session.id }, data: { accessVersion: 2 } });
    const call = callAs(world.current, session.owner);
    const ask = (version: number) =>
      call.realtime.auth({ socketId, channel: `private-session-${session.id}.${version}` });
    await expect(ask(1)).rejects.toMatchObject({ cause: { code: 'forbidden' } });
    await expect(ask(3)).rejects.toMatchObject({ cause: { code: 'forbidden' } });
    await expect(ask(2)).resolves.toBeTruthy();
  });

  it.each([
    'private-session-11111111-1111-0111-0111-111111111111.1',
    'private-session-x.1',
    'presence-session-1.1',
    'private-team-x',
    `private-team-${randomUUID()}.1`,
    'public',
    '',
  ])('to %j is refused as something that one may not hear', async (channel) => {
    const session = await TestSession.create(world.current);
    const asked = callAs(world.current, session.owner).realtime.auth({ socketId, channel });
    await expect(asked).rejects.toMatchObject({ cause: { code: 'forbidden' } });
  });

  it('to a sandbox’s bell is refused, to a stranger’s session not found', async () => {
    const session = await TestSession.create(world.current);
    const bell = { socketId, channel: `private-sandbox-${session.id}.1` };
    const call = callAs(world.current, session.owner);
    await expect(call.realtime.auth(bell)).rejects.toMatchObject({ cause: { code: 'forbidden' } });
    const stranger = callAs(world.current, await newPerson(world.current));
    const channel = `private-session-${session.id}.1`;
    await expect(stranger.realtime.auth({ socketId, channel })).rejects.toMatchObject({
      cause: { code: 'not_found' },
    });
    const team = `private-team-${session.teamId}.1`;
    await expect(stranger.realtime.auth({ socketId, channel: team })).rejects.toMatchObject({
      cause: { code: 'forbidden' },
    });
  });
});

describe('a bridge’s subscription', () => {
  it('is to the bell of its own life, and to nothing else', async () => {
    const { session } = await TestSession.ready(world.current);
    const identity = { sessionId: session.id, epoch: 1 };
    const ask = (channel: string) =>
      authorizeSandboxChannel(world.current, identity, { socketId: '1.2', channel });
    await expect(ask(`private-sandbox-${session.id}.1`)).resolves.toBeTruthy();
    for (const other of [
      `private-sandbox-${session.id}.2`,
      `private-sandbox-${randomUUID()}.1`,
      `private-session-${session.id}.1`,
      `private-team-${session.teamId}.1`,
    ]) {
      await expect(ask(other)).rejects.toMatchObject({ code: 'forbidden' });
    }
    await world.current.db.session.update({ where: { id: session.id }, data: { epoch: 2 } });
    await expect(ask(`private-sandbox-${session.id}.1`)).rejects.toMatchObject({ code: 'epoch_over' });
  });
});

describe('what was committed', () => {
  it('reaches a real subscriber that was authorised here, with the events when they fit', async () => {
    const target = await bench.target();
    const session = await TestSession.create(world.current);
    const realtime = Object.assign(world.current.realtime, createPusherRealtime(target));
    const reader = await bench.connection(target);
    const channel = `private-session-${session.id}.1`;
    const signed = await callAs(world.current, session.owner).realtime.auth({
      socketId: reader.socketId,
      channel,
    });
    await reader.joined(channel, { ...signed });
    await session.send('short');
    expect((await reader.next('events')).data).toMatchObject({
      from: 2,
      to: 4,
      events: [{ seq: 2 }, { seq: 3 }, { seq: 4 }],
    });
    await session.send('x'.repeat(20_000));
    expect((await reader.next('events')).data).toEqual({ from: 5, to: 5 });
    expect(realtime).toBe(world.current.realtime);
  });

  it('is told to the team only when a list would show it', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    const team = `private-team-${session.teamId}.1`;
    const before = world.current.realtime.toldOn(team).length;
    await bridge.say({ kind: 'setup.log', epoch: 1, text: 'x' });
    expect(world.current.realtime.toldOn(team)).toHaveLength(before);
    await session.send('two');
    expect(world.current.realtime.toldOn(team)).toHaveLength(before + 1);
  });

  it('stands although the realtime service is away', async () => {
    const session = await TestSession.create(world.current);
    world.current.realtime.answer = () => Promise.resolve({ ok: false, error: 'away', tooLarge: false });
    await session.send('go');
    expect(await session.story()).toContain('prompt.queued');
  });
});

describe('a webhook of the realtime server', () => {
  it('says who is watched: signed by the real server, for the present channel only', async () => {
    const receiver = await bench.webhooks();
    const target = await bench.target({ webhookUrl: receiver.url });
    const session = await TestSession.create(world.current);
    Object.assign(world.current.realtime, createPusherRealtime(target));
    const watchersAfter = async (count: number) => {
      await receiver.until(({ requests }) => requests.length >= count);
      const { body, headers } = receiver.requests.at(-1)!;
      const [key, signature] = [headers['x-pusher-key'], headers['x-pusher-signature']];
      await receiveRealtimeWebhook(world.current, { body, key: String(key), signature: String(signature) });
      return (await session.now()).watchers;
    };
    const reader = await bench.connection(target);
    const channel = `private-session-${session.id}.1`;
    const signed = await callAs(world.current, session.owner).realtime.auth({
      socketId: reader.socketId,
      channel,
    });
    await reader.joined(channel, { ...signed });
    expect(await watchersAfter(1)).toBe(1);
    await world.current.db.session.update({ where: { id: session.id }, data: { accessVersion: 2 } });
    reader.socket.close();
    expect(await watchersAfter(2)).toBe(1);
  });

  it('that is not signed by it is refused', async () => {
    const target = await bench.target();
    Object.assign(world.current.realtime, createPusherRealtime(target));
    const body = JSON.stringify({ time_ms: 1, events: [] });
    const request = { body, key: target.key, signature: 'a'.repeat(64) };
    await expect(receiveRealtimeWebhook(world.current, request)).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });

  it('about channels that are none of ours changes nothing and is taken', async () => {
    const events = [
      'private-session-11111111-1111-0111-0111-111111111111.1',
      'x',
      `private-sandbox-${randomUUID()}.1`,
    ].map((channel) => ({ name: 'channel_occupied', channel }));
    const body = JSON.stringify({ timeMs: 1, events });
    await expect(
      receiveRealtimeWebhook(world.current, { body, key: 'recording', signature: null }),
    ).resolves.toBeUndefined();
  });
});
