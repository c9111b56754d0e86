import { beforeEach, describe, expect, it } from 'vitest';
import { FAIR } from '@/testing/simulated-session';
import { StreamBench } from '@/testing/stream-bench';

let bench: StreamBench;

beforeEach(() => {
  bench = new StreamBench();
});

describe('doubt', () => {
  beforeEach(() => bench.goLive());

  it('finds a lost last message within 15 s while a prompt waits', async () => {
    bench.session.commit(...bench.send());
    await bench.time.pass(100);
    bench.session.weather = { ...FAIR, drop: 1 };
    bench.session.commit(...bench.send('lost'));
    await bench.time.pass(15_100);
    expect(bench.stream.getSnapshot().appliedSeq).toBe(bench.session.log.length);
  });

  it('asks ever more rarely while nothing happens: 60 s growing to 5 minutes', async () => {
    const listedAfter: number[] = [];
    let before = bench.network.requests.after;
    for (let second = 1; second <= 1_500; second += 1) {
      await bench.time.pass(1_000);
      if (bench.network.requests.after > before) listedAfter.push(second);
      before = bench.network.requests.after;
    }
    const waits = listedAfter.map((second, index) => second - (listedAfter[index - 1] ?? 0));
    expect(waits[0]).toBeGreaterThanOrEqual(60);
    expect(waits[1]).toBeGreaterThan(waits[0]!);
    expect(Math.max(...waits)).toBeLessThanOrEqual(301);
    expect(listedAfter.length).toBeLessThan(10);
  });

  it('does not ask while it is hidden, and does at once when it is shown', async () => {
    bench.session.commit(...bench.send());
    await bench.time.pass(100);
    bench.stream.setVisible(false);
    const asked = bench.network.requests.after;
    bench.session.weather = { ...FAIR, drop: 1 };
    bench.session.commit(...bench.send('unseen'));
    await bench.time.pass(600_000);
    expect(bench.network.requests.after).toBe(asked);
    bench.stream.setVisible(true);
    await bench.time.pass(50);
    expect(bench.stream.getSnapshot().appliedSeq).toBe(bench.session.log.length);
    expect(bench.network.wakes).toBe(1);
  });
});

describe('outages', () => {
  beforeEach(() => bench.goLive());

  it('polls every few seconds without a live connection, and says so', async () => {
    bench.session.commit(...bench.send());
    await bench.time.pass(100);
    bench.network.cut({ realtime: true });
    const cutMs = bench.time.now();
    bench.session.commit(...bench.send('unheard'));
    await bench.time.pass(3_000);
    expect(bench.stream.getSnapshot()).toMatchObject({
      appliedSeq: bench.session.log.length,
      state: { kind: 'polling', sinceMs: cutMs },
    });
  });

  it('says since when it is offline, retries without end, and catches up by itself', async () => {
    const cutMs = bench.time.now();
    bench.network.cut({ realtime: true, requests: true });
    await bench.time.pass(3_600_000);
    expect(bench.stream.getSnapshot().state).toEqual({ kind: 'offline', sinceMs: cutMs });
    bench.session.log.push(...bench.send());
    bench.network.restore();
    await bench.time.pass(17_000);
    expect(bench.stream.getSnapshot()).toMatchObject({
      appliedSeq: bench.session.log.length,
      state: { kind: 'live' },
    });
  });

  it('tries at once when it is woken, whatever the next retry', async () => {
    bench.network.cut({ realtime: true, requests: true });
    await bench.time.pass(600_000);
    bench.session.log.push(...bench.send());
    bench.network.restore();
    bench.stream.wake();
    await bench.time.pass(50);
    expect(bench.stream.getSnapshot().appliedSeq).toBe(bench.session.log.length);
  });

  it('gives up on a request that is never answered and asks again', async () => {
    const answer = bench.network.eventsAfter.bind(bench.network);
    bench.network.eventsAfter = () => new Promise(() => undefined);
    bench.session.log.push(...bench.send());
    bench.stream.wake();
    await bench.time.pass(19_000);
    bench.network.eventsAfter = answer;
    await bench.time.pass(3_000);
    expect(bench.stream.getSnapshot().appliedSeq).toBe(bench.session.log.length);
  });

  it('catches up over many pages', async () => {
    bench.network.cut({ realtime: true, requests: true });
    for (let n = 0; n < 200; n += 1) bench.send(`prompt ${n}`);
    bench.session.log.push(...bench.news());
    bench.network.restore();
    await bench.time.pass(2_000);
    expect(bench.stream.getSnapshot().appliedSeq).toBe(bench.session.log.length);
  });

  it('tells nothing and asks nothing after it was stopped', async () => {
    bench.stream.stop();
    const asked = { ...bench.network.requests };
    bench.session.commit(...bench.send());
    await bench.time.pass(600_000);
    expect(bench.network.requests).toEqual(asked);
    expect(bench.stream.getSnapshot().appliedSeq).toBe(1);
  });
});
