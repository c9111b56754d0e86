import { afterEach, describe, expect, it } from 'vitest';
import { once, RealtimeBench, type RawSocket, type Target } from '@/testing/realtime-target';

const bench = new RealtimeBench();
afterEach(() => bench.close());

async function joined(
  target: Target,
  channel: string,
  userId?: string,
): Promise<RawSocket & { socketId: string }> {
  const connection = await bench.connection(target);
  const member = userId === undefined ? undefined : { user_id: userId };
  await connection.joined(channel, {
    ...bench.pusher(target).authorizeChannel(connection.socketId, channel, member),
  });
  return connection;
}

describe('client events', () => {
  it('go from one official client to the other, with the user on a presence channel, and not back', async () => {
    const target = await bench.target();
    const ann = await bench.client(target, { member: { user_id: 'ann' } });
    const bob = await bench.client(target, { member: { user_id: 'bob' } });
    const [here, there] = [ann.subscribe('presence-a'), bob.subscribe('presence-a')];
    await Promise.all([here, there].map((channel) => once(channel, 'pusher:subscription_succeeded')));
    const received = new Promise((resolve) => {
      there.bind('client-typing', (data: unknown, meta: unknown) => resolve([data, meta]));
    });
    const echoes: unknown[] = [];
    here.bind('client-typing', (data: unknown) => echoes.push(data));
    here.trigger('client-typing', { on: true });
    expect(await received).toEqual([{ on: true }, { user_id: 'ann' }]);
    const answered = once(here, 'client-answer');
    there.trigger('client-answer', {});
    await answered;
    expect(echoes).toEqual([]);
  });

  it('carry no user on a private channel', async () => {
    const target = await bench.target();
    const [one, two] = [await joined(target, 'private-a'), await joined(target, 'private-a')];
    one.send({ event: 'client-x', channel: 'private-a', data: 'text' });
    const received = await two.next('client-x');
    expect(received).toMatchObject({ channel: 'private-a', rawData: 'text' });
    expect(received).not.toHaveProperty('user_id');
  });

  it.each([
    ['on a public channel', 'public-a', 'client-x'],
    ['on a channel the sender did not join', 'private-b', 'client-x'],
    ['with a name of 201 characters', 'private-a', `client-${'x'.repeat(194)}`],
  ])('are refused %s', async (_case, channel, event) => {
    const target = await bench.target();
    const [sender, reader] = [await joined(target, 'private-a'), await joined(target, 'private-a')];
    const outsider = await joined(target, 'private-b');
    await Promise.all([sender, reader].map(async (socket) => socket.joined('public-a')));
    sender.send({ event, channel, data: {} });
    await sender.next('pusher:error');
    await Promise.all([reader.settled(), outsider.settled()]);
    expect([...reader.frames, ...outsider.frames].filter((frame) => frame.event === event)).toEqual([]);
  });

  it('are limited to 10 kB of data, counted in bytes', async () => {
    const target = await bench.target();
    const [sender, reader] = [await joined(target, 'private-a'), await joined(target, 'private-a')];
    sender.send({ event: 'client-fits', channel: 'private-a', data: 'ü'.repeat(5_120) });
    await reader.next('client-fits');
    sender.send({ event: 'client-large', channel: 'private-a', data: 'ü'.repeat(5_121) });
    expect((await sender.next('pusher:error')).data['message']).toContain('10240 bytes');
    await reader.settled();
    expect(reader.frames.map(({ event }) => event)).not.toContain('client-large');
  });

  it('pass ten a second per connection; the eleventh is refused with 4301', async () => {
    const target = await bench.target();
    const [sender, other] = [await joined(target, 'private-a'), await joined(target, 'private-a')];
    const reader = await joined(target, 'private-a');
    for (let n = 1; n <= 11; n += 1)
      sender.send({ event: 'client-burst', channel: 'private-a', data: { n } });
    other.send({ event: 'client-other', channel: 'private-a', data: {} });
    expect((await sender.next('pusher:error')).data).toMatchObject({ code: 4301 });
    await reader.next('client-other');
    await reader.settled();
    const burst = reader.frames.filter(({ event }) => event === 'client-burst').map(({ data }) => data['n']);
    expect(burst).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    await sender.settled();
  });
});
