import { beforeEach, describe, expect, it } from 'vitest';
import { SESSION_ID } from '@/testing/event-log';
import { FAIR } from '@/testing/simulated-session';
import { StreamBench } from '@/testing/stream-bench';
import { AppError } from '../errors';
import { SESSION_MESSAGES, sessionChannel } from '../wire/realtime';

let bench: StreamBench;

beforeEach(() => {
  bench = new StreamBench();
});

describe('joining', () => {
  it('shows the last page, subscribes, and lists once more before it says live', async () => {
    bench.stream.start();
    expect(bench.stream.getSnapshot().state).toEqual({ kind: 'catching-up', behind: 0 });
    await bench.time.pass(50);
    expect(bench.network.requests).toMatchObject({ open: 1, after: 1 });
    expect(bench.stream.getSnapshot()).toMatchObject({ appliedSeq: 1, head: 1, state: { kind: 'live' } });
    expect(bench.stream.getSnapshot().items).toHaveLength(1);
  });

  it('applies what was committed between the first page and the subscription', async () => {
    bench.session.weather = { ...FAIR, drop: 1 };
    bench.stream.start();
    bench.time.after(0, () => bench.session.commit(...bench.send()));
    await bench.time.pass(50);
    expect(bench.stream.getSnapshot().appliedSeq).toBe(bench.session.log.length);
  });

  it('loads older pages until there is none, without touching newer items', async () => {
    for (let n = 0; n < 30; n += 1) bench.send(`prompt ${n}`);
    bench.session.log.push(...bench.news());
    bench.rejoin({ pageEvents: 10 });
    await bench.goLive();
    const before = bench.stream.getSnapshot();
    expect(before.gaps).toHaveLength(1);
    const newest = before.items.at(-1);
    while (bench.stream.getSnapshot().gaps.length > 0) {
      const loaded = bench.stream.loadOlder();
      await bench.time.pass(50);
      await loaded;
    }
    const after = bench.stream.getSnapshot();
    expect(after.items).toHaveLength(33);
    expect(after.items.at(-1)).toBe(newest);
  });

  it('loads a page once, however often it is asked for at the same time', async () => {
    bench.session.log.push(...bench.send());
    bench.rejoin({ pageEvents: 1 });
    await bench.goLive();
    const loads = [bench.stream.loadOlder(), bench.stream.loadOlder()];
    await bench.time.pass(50);
    await Promise.all(loads);
    expect(bench.network.requests.before).toBe(1);
  });

  it('rejects when an older page can not be had, and can be asked again', async () => {
    bench.session.log.push(...bench.send());
    bench.rejoin({ pageEvents: 1 });
    await bench.goLive();
    bench.network.cut({ requests: true });
    const failed = expect(bench.stream.loadOlder()).rejects.toThrow('away');
    await bench.time.pass(50);
    await failed;
    bench.network.restore();
    const loaded = bench.stream.loadOlder();
    await bench.time.pass(50);
    await loaded;
    expect(bench.stream.getSnapshot().items.length).toBeGreaterThan(1);
  });
});

describe('messages', () => {
  beforeEach(() => bench.goLive());

  it('applies what is contiguous without asking', async () => {
    bench.session.commit(...bench.send());
    await bench.time.pass(20);
    expect(bench.stream.getSnapshot().appliedSeq).toBe(bench.session.log.length);
    expect(bench.network.requests.after).toBe(1);
  });

  it('drops what it has', async () => {
    const events = bench.send();
    bench.session.commit(...events);
    await bench.time.pass(20);
    const before = bench.stream.getSnapshot();
    bench.session.publish(SESSION_MESSAGES.events, { from: 2, to: bench.session.log.length, events });
    await bench.time.pass(100);
    expect(bench.stream.getSnapshot()).toBe(before);
  });

  it('waits 200 ms for a message that was overtaken, and asks for nothing then', async () => {
    const [first, ...rest] = bench.send();
    bench.session.log.push(first!, ...rest);
    bench.session.publish(SESSION_MESSAGES.events, { from: 3, to: bench.session.log.length, events: rest });
    await bench.time.pass(190);
    expect(bench.stream.getSnapshot()).toMatchObject({
      appliedSeq: 1,
      state: { kind: 'catching-up', behind: 3 },
    });
    bench.session.publish(SESSION_MESSAGES.events, { from: 2, to: 2, events: [first] });
    await bench.time.pass(1_000);
    expect(bench.stream.getSnapshot()).toMatchObject({ appliedSeq: 4, state: { kind: 'live' } });
    expect(bench.network.requests.after).toBe(1);
  });

  it('lists when the gap stays', async () => {
    bench.session.log.push(...bench.send());
    bench.session.publish(SESSION_MESSAGES.events, { from: 4, to: 4, events: bench.session.log.slice(3) });
    await bench.time.pass(190);
    expect(bench.network.requests.after).toBe(1);
    await bench.time.pass(60);
    expect(bench.network.requests.after).toBe(2);
    expect(bench.stream.getSnapshot().appliedSeq).toBe(4);
  });

  it('lists at once when events were too large to ride along', async () => {
    bench.session.weather = { ...FAIR, oversize: 1 };
    bench.session.commit(...bench.send());
    await bench.time.pass(20);
    expect(bench.stream.getSnapshot().appliedSeq).toBe(bench.session.log.length);
  });

  it('lists on a hint that the log goes on', async () => {
    bench.session.log.push(...bench.send());
    bench.session.hint();
    await bench.time.pass(300);
    expect(bench.stream.getSnapshot().appliedSeq).toBe(bench.session.log.length);
  });

  it('lists when a message can not be read', async () => {
    bench.session.log.push(...bench.send());
    bench.session.publish(SESSION_MESSAGES.events, { nonsense: true });
    await bench.time.pass(20);
    expect(bench.stream.getSnapshot().appliedSeq).toBe(bench.session.log.length);
  });

  it('takes any junk on any event without harm', async () => {
    const before = bench.stream.getSnapshot();
    for (const event of [...Object.values(SESSION_MESSAGES), 'of-tomorrow']) {
      for (const data of [null, 7, 'x', [], { deltas: 'x' }, { from: -1, to: 'y' }]) {
        bench.session.publish(event, data);
      }
    }
    await bench.time.pass(1_000);
    expect(bench.stream.getSnapshot()).toBe(before);
  });

  it('keeps an event of a kind that it does not know', async () => {
    const event = {
      seq: 2,
      at: '2026-01-01T00:00:00.000Z',
      actor: { type: 'agent' },
      event: { kind: 'new' },
    };
    bench.session.publish(SESSION_MESSAGES.events, { from: 2, to: 2, events: [event] });
    await bench.time.pass(20);
    expect(bench.stream.getSnapshot().items.at(-1)).toMatchObject({ type: 'unknown', was: 'new' });
  });

  it('tells a burst as one change, and gives the same snapshot until something changes', async () => {
    let told = 0;
    const unsubscribe = bench.stream.subscribe(() => (told += 1));
    for (const event of bench.send()) bench.session.commit(event);
    expect(bench.stream.getSnapshot().appliedSeq).toBe(1);
    await bench.time.pass(100);
    expect(told).toBe(1);
    expect(bench.stream.getSnapshot()).toBe(bench.stream.getSnapshot());
    unsubscribe();
    for (const event of bench.send()) bench.session.commit(event);
    await bench.time.pass(100);
    expect(told).toBe(1);
  });
});

describe('rights', () => {
  beforeEach(() => bench.goLive());

  it('moves to the channel of the new version and hears nothing on the old one', async () => {
    bench.session.changeAccess();
    await bench.time.pass(2_000);
    bench.session.commit(...bench.send());
    await bench.time.pass(20);
    expect(bench.stream.getSnapshot()).toMatchObject({ appliedSeq: 4, state: { kind: 'live' } });
    bench.network.deliver({
      channel: sessionChannel(SESSION_ID, 1),
      event: SESSION_MESSAGES.hint,
      wire: '{"head":99}',
    });
    await bench.time.pass(20);
    expect(bench.stream.getSnapshot().head).toBe(4);
  });

  it('lists at once when its subscription is refused, for the name may be an old one', async () => {
    bench.session.accessVersion = 2;
    const before = bench.network.requests.after;
    bench.network.refuseChannels('forbidden');
    await bench.time.pass(50);
    expect(bench.network.requests.after).toBeGreaterThan(before);
    expect(bench.stream.getSnapshot().accessVersion).toBe(2);
  });

  it('learns the new version from a list when the notice was lost', async () => {
    bench.session.accessVersion = 2;
    bench.stream.wake();
    await bench.time.pass(3_000);
    bench.session.commit(...bench.send());
    await bench.time.pass(20);
    expect(bench.stream.getSnapshot().appliedSeq).toBe(bench.session.log.length);
  });

  it('says that it was refused and asks no more until it is woken', async () => {
    bench.network.refusal = new AppError('forbidden', 'Ask Ada for access.');
    bench.stream.wake();
    await bench.time.pass(60_000);
    expect(bench.stream.getSnapshot().state).toEqual({
      kind: 'refused',
      code: 'forbidden',
      message: 'Ask Ada for access.',
    });
    const asked = bench.network.requests.after;
    await bench.time.pass(600_000);
    expect(bench.network.requests.after).toBe(asked);
    bench.network.refusal = null;
    bench.stream.wake();
    await bench.time.pass(50);
    expect(bench.stream.getSnapshot().state).toEqual({ kind: 'live' });
  });
});
