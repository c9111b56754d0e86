import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import Pusher from 'pusher';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DOORBELL } from '@/domain/wire/bridge';
import { type RealtimeServer, startRealtimeServer } from '@/embedded/realtime/start-realtime-server';
import { pause } from './alarm';
import { Doorbell } from './doorbell';
import { ServerClient } from './server-client';

const APP = { appId: 'app', key: 'key', secret: 'a-secret-that-is-long-enough' };
const CHANNEL = 'private-sandbox-00000000-0000-4000-8000-000000000001.1';

let realtime: RealtimeServer;
let app: http.Server;
let pusher: Pusher;
let doorbell: Doorbell;
let refusals = 0;
const onRing = vi.fn();
const poll = vi.fn((signal: AbortSignal) => pause(60_000, signal));

/** The server's side of a subscription: it signs, or refuses as often as a test wants. */
async function startApp(): Promise<void> {
  app = http.createServer((request, response) => {
    void (async () => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      if (refusals > 0) {
        refusals -= 1;
        response.writeHead(500).end();
        return;
      }
      // The bridge's own request, as the route's schema has it.
      const { socket_id, channel_name } = JSON.parse(text) as { socket_id: string; channel_name: string };
      response.end(JSON.stringify(pusher.authorizeChannel(socket_id, channel_name)));
    })();
  });
  app.listen(0, '127.0.0.1');
  await once(app, 'listening');
}

function startDoorbell(): Promise<void> {
  // A listening TCP server always has an address of this kind.
  const { port } = app.address() as AddressInfo;
  doorbell = new Doorbell({
    realtime: {
      key: APP.key,
      host: '127.0.0.1',
      port: realtime.port,
      useTls: false,
      cluster: 'local',
      channel: CHANNEL,
    },
    server: new ServerClient(`http://127.0.0.1:${port}`, 'token'),
    onRing,
    poll,
  });
  return doorbell.run();
}

beforeEach(async () => {
  refusals = 0;
  onRing.mockClear();
  poll.mockClear();
  realtime = await startRealtimeServer({ ...APP, port: 0 });
  pusher = new Pusher({ ...APP, host: '127.0.0.1', port: String(realtime.port), useTLS: false });
  await startApp();
});
afterEach(async () => {
  doorbell.close();
  await realtime.close();
  app.close();
});

test('rings when it is subscribed, and whenever the server rings', async () => {
  void startDoorbell();
  await vi.waitFor(() => expect(onRing).toHaveBeenCalledTimes(1), 5_000);
  await pusher.trigger(CHANNEL, DOORBELL, {});
  await vi.waitFor(() => expect(onRing).toHaveBeenCalledTimes(2), 5_000);
  expect(poll).not.toHaveBeenCalled();
});

test('brings what came with the ring, and for what it can’t read only rings', async () => {
  void startDoorbell();
  await vi.waitFor(() => expect(onRing).toHaveBeenCalledTimes(1), 5_000);
  const stop = { n: 3, command: { type: 'stop', turnId: '00000000-0000-4000-8000-000000000002' } };
  await pusher.trigger(CHANNEL, DOORBELL, { commands: [stop] });
  await vi.waitFor(() => expect(onRing).toHaveBeenLastCalledWith([stop]), 5_000);
  await pusher.trigger(CHANNEL, DOORBELL, { commands: [{ n: 4, command: { type: 'of a later version' } }] });
  await vi.waitFor(() => expect(onRing).toHaveBeenCalledTimes(3), 5_000);
  expect(onRing).toHaveBeenLastCalledWith([]);
});

test('waits at the server while Pusher is away, and rings when it is back', async () => {
  const { port } = realtime;
  await realtime.close();
  void startDoorbell();
  await vi.waitFor(() => expect(poll).toHaveBeenCalledTimes(1), 5_000);
  expect(onRing).not.toHaveBeenCalled();
  realtime = await startRealtimeServer({ ...APP, port });
  await vi.waitFor(() => expect(onRing).toHaveBeenCalledTimes(1), 15_000);
  expect(poll.mock.calls[0]![0].aborted).toBe(true);
});

test('comes back by itself after the realtime server was restarted', async () => {
  const { port } = realtime;
  void startDoorbell();
  await vi.waitFor(() => expect(onRing).toHaveBeenCalledTimes(1), 5_000);
  await realtime.close();
  realtime = await startRealtimeServer({ ...APP, port });
  await vi.waitFor(() => expect(onRing).toHaveBeenCalledTimes(2), 15_000);
});

test('a subscription that was refused for a moment is asked for again', async () => {
  refusals = 2;
  void startDoorbell();
  await vi.waitFor(() => expect(onRing).toHaveBeenCalledTimes(1), 15_000);
});

test('ends when it is closed', async () => {
  const ended = startDoorbell();
  await vi.waitFor(() => expect(onRing).toHaveBeenCalledTimes(1), 5_000);
  doorbell.close();
  await ended;
});
