import PusherClient from 'pusher-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RealtimeBench, type Target } from '@/testing/realtime-target';
import { startRealtimeServer, type RealtimeServer } from '@/embedded/realtime/start-realtime-server';
import { AppError } from '../errors';
import { RealtimeConnection } from './realtime-connection';
import { pusherOptions, type SignChannel } from './realtime-options';
import type { Scheduler } from './scheduler';

const SYSTEM_TIME: Scheduler = {
  now: () => Date.now(),
  random: () => Math.random(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
const APP = { appId: 'app-1', key: 'key-1', secret: 'a-secret-that-is-long-enough' };
const CHANNEL = 'private-session-x.1';

/** What a subscriber heard, with a wait for the next of a kind. */
class Ear {
  readonly heard: string[] = [];
  #changed = (): void => undefined;

  readonly handlers = {
    onSubscribed: () => this.#note('subscribed'),
    onLost: () => this.#note('lost'),
    onMessage: (event: string, data: unknown) => this.#note(`${event} ${JSON.stringify(data)}`),
  };

  async until(count: number, what: string): Promise<void> {
    while (this.heard.filter((heard) => heard === what).length < count) {
      await new Promise<void>((resolve) => (this.#changed = resolve));
    }
  }

  #note(what: string): void {
    this.heard.push(what);
    this.#changed();
  }
}

let bench: RealtimeBench;
let target: Target;
let server: RealtimeServer;
let connection: RealtimeConnection | undefined;

beforeEach(async () => {
  bench = new RealtimeBench();
  server = await startRealtimeServer({ ...APP, port: 0 });
  target = { host: '127.0.0.1', port: server.port, ...APP };
});

afterEach(async () => {
  connection?.close();
  await server.close();
  await bench.close();
});

function connect(sign: SignChannel): RealtimeConnection {
  const address = { host: target.host, port: target.port, useTls: false, cluster: 'none' };
  return (connection = new RealtimeConnection(
    new PusherClient(APP.key, pusherOptions(address, sign)),
    SYSTEM_TIME,
  ));
}

const signed: SignChannel = async ({ socketId, channel }) =>
  bench.pusher(target).authorizeChannel(socketId, channel);

describe('the live connection, with the real pusher-js', () => {
  it('subscribes, hears messages, and nothing after it unsubscribed', async () => {
    const [ear, other] = [new Ear(), new Ear()];
    const realtime = connect(signed);
    const unsubscribe = realtime.subscribe(CHANNEL, ear.handlers);
    realtime.subscribe('private-team-y', other.handlers);
    await Promise.all([ear.until(1, 'subscribed'), other.until(1, 'subscribed')]);
    await bench.pusher(target).trigger(CHANNEL, 'events', { from: 1 });
    await ear.until(1, 'events {"from":1}');
    unsubscribe();
    await bench.pusher(target).trigger([CHANNEL, 'private-team-y'], 'late', {});
    await other.until(1, 'late {}');
    expect(ear.heard).toEqual(['subscribed', 'events {"from":1}']);
  });

  it('tells a second subscriber of the same channel too, and keeps it when the first leaves', async () => {
    const [first, second] = [new Ear(), new Ear()];
    const realtime = connect(signed);
    const leave = realtime.subscribe(CHANNEL, first.handlers);
    await first.until(1, 'subscribed');
    realtime.subscribe(CHANNEL, second.handlers);
    await second.until(1, 'subscribed');
    leave();
    await bench.pusher(target).trigger(CHANNEL, 'hint', { head: 1 });
    await second.until(1, 'hint {"head":1}');
    expect(first.heard).toEqual(['subscribed']);
  });

  it('tries again when the authorisation failed, which pusher-js by itself never does', async () => {
    let asked = 0;
    const ear = new Ear();
    connect(async (request) => {
      asked += 1;
      if (asked === 1) throw new Error('the API is starting');
      return signed(request);
    }).subscribe(CHANNEL, ear.handlers);
    await ear.until(1, 'subscribed');
    expect(asked).toBe(2);
    expect(ear.heard).toEqual(['lost', 'subscribed']);
  });

  it('gets out of a subscription that the server refused and pusher-js holds for pending', async () => {
    let asked = 0;
    const ear = new Ear();
    connect(async (request) => {
      asked += 1;
      return asked === 1 ? { auth: `${APP.key}:${'0'.repeat(64)}` } : signed(request);
    }).subscribe(CHANNEL, ear.handlers);
    await ear.until(1, 'subscribed');
    expect(asked).toBeGreaterThan(1);
  });

  it('is back soon after the server was away, without pusher-js’ wait of 15 s', async () => {
    const ear = new Ear();
    connect(signed).subscribe(CHANNEL, ear.handlers);
    await ear.until(1, 'subscribed');
    await server.close();
    await ear.until(1, 'lost');
    await new Promise((resolve) => setTimeout(resolve, 500));
    server = await startRealtimeServer({ ...APP, port: target.port });
    await ear.until(2, 'subscribed');
    await server.close();
    await ear.until(2, 'lost');
    server = await startRealtimeServer({ ...APP, port: target.port });
    connection?.wake();
    await ear.until(3, 'subscribed');
    // One refused attempt makes pusher-js wait for 15 s, so without the nudge this runs into its time limit.
  }, 12_000);

  it('does not hand the signature of a connection of before to the present one', async () => {
    const [ear, other] = [new Ear(), new Ear()];
    const answers = [Promise.withResolvers(), Promise.withResolvers()];
    let asked = 0;
    const realtime = connect(async (request) => {
      const answer = request.channel === CHANNEL ? answers[asked++] : undefined;
      await answer?.promise;
      return signed(request);
    });
    realtime.subscribe(CHANNEL, ear.handlers);
    realtime.subscribe('private-team-y', other.handlers);
    await other.until(1, 'subscribed');
    await server.close();
    server = await startRealtimeServer({ ...APP, port: target.port });
    await other.until(2, 'subscribed');
    const before = ear.heard.length;
    answers[0]?.resolve(undefined);
    await bench.pusher(target).trigger('private-team-y', 'hint', {});
    await other.until(1, 'hint {}');
    answers[1]?.resolve(undefined);
    await ear.until(1, 'subscribed');
    // The server would have refused it, which is a loss.
    expect(ear.heard.slice(before)).toEqual(['subscribed']);
  });

  it('tells why a subscription was refused, by our own code', async () => {
    const refusal = new Promise((resolve) => {
      connect(() => Promise.reject(new AppError('forbidden', 'You may not.'))).subscribe(CHANNEL, {
        ...new Ear().handlers,
        onLost: resolve,
      });
    });
    expect(await refusal).toBe('forbidden');
  });

  it('says less in a second than what the server would refuse, and nothing where it does not listen', async () => {
    const [ear, listener] = [new Ear(), await bench.connection(target)];
    const realtime = connect(signed);
    const say = () => realtime.trigger(CHANNEL, 'client-typing', {});
    expect(say()).toBe(false);
    realtime.subscribe(CHANNEL, ear.handlers);
    expect(say()).toBe(false);
    await listener.joined(CHANNEL, { ...bench.pusher(target).authorizeChannel(listener.socketId, CHANNEL) });
    await ear.until(1, 'subscribed');
    expect(Array.from({ length: 30 }, say).filter(Boolean)).toHaveLength(8);
    for (let n = 0; n < 8; n += 1) await listener.next('client-typing');
    await bench.pusher(target).trigger(CHANNEL, 'hint', {});
    await ear.until(1, 'hint {}');
    expect(ear.heard).toEqual(['subscribed', 'hint {}']);
  });

  it('stays closed once it was closed', async () => {
    const ear = new Ear();
    const pusher = new PusherClient(
      APP.key,
      pusherOptions({ host: target.host, port: target.port, useTls: false, cluster: 'none' }, signed),
    );
    connection = new RealtimeConnection(pusher, SYSTEM_TIME);
    connection.subscribe(CHANNEL, ear.handlers);
    await ear.until(1, 'subscribed');
    connection.close();
    connection.wake();
    await expect.poll(() => pusher.connection.state).toBe('disconnected');
    connection.wake();
    expect(pusher.connection.state).toBe('disconnected');
  });
});
