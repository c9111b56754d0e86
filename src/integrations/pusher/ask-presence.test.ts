import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { RealtimeBench, type Target } from '@/testing/realtime-target';
import { createPusherRealtime } from './create-pusher-realtime';

const bench = new RealtimeBench();
afterEach(() => bench.close());

async function join(target: Target, channel: string, userId: string): Promise<void> {
  const connection = await bench.connection(target);
  const auth = bench.pusher(target).authorizeChannel(connection.socketId, channel, { user_id: userId });
  await connection.joined(channel, { ...auth });
}

describe('asking the realtime server who is here', () => {
  it('counts people, not connections, on the channels of the prefix alone', async () => {
    const target = await bench.target();
    const realtime = createPusherRealtime(target);
    expect(await realtime.presenceChannels('presence-session-')).toEqual([]);
    await join(target, 'presence-session-a', 'ann');
    await join(target, 'presence-session-a', 'ann');
    await join(target, 'presence-session-a', 'bob');
    await join(target, 'presence-session-b', 'cid');
    await join(target, 'presence-other', 'dan');
    expect(await realtime.presenceChannels('presence-session-')).toEqual([
      { channel: 'presence-session-a', people: 2 },
      { channel: 'presence-session-b', people: 1 },
    ]);
    expect(await realtime.peopleOn('presence-session-a')).toEqual(['ann', 'bob']);
    expect(await realtime.peopleOn('presence-session-nobody')).toEqual([]);
  });

  it('knows nothing when nobody answers, or refuses, or answers something else', async () => {
    const target = await bench.target();
    const other = createServer((_request, response) => response.end('<html>')).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    // A listening TCP server has an AddressInfo.
    const { port } = other.address() as AddressInfo;
    for (const wrong of [{ port: 1 }, { secret: 'another' }, { port }]) {
      const realtime = createPusherRealtime({ ...target, ...wrong });
      expect(await realtime.presenceChannels('presence-session-')).toBeNull();
      expect(await realtime.peopleOn('presence-session-a')).toBeNull();
    }
    other.close();
  });
});
