import { beforeEach, describe, expect, it } from 'vitest';
import { StreamBench } from '@/testing/stream-bench';

let bench: StreamBench;

beforeEach(() => {
  bench = new StreamBench();
});

describe('live text', () => {
  beforeEach(async () => {
    bench.log.send('write');
    bench.log.boot();
    bench.log.deliver();
    bench.session.log.push(...bench.news());
    await bench.goLive();
  });

  const texts = (): string[] => [...bench.stream.getSnapshot().live.values()];

  it('shows text as it is written, and the log’s text once the part is finished', async () => {
    const turnId = bench.log.state.running!.turnId;
    const partId = bench.log.startPart();
    bench.session.commit(...bench.news());
    bench.session.sendDelta({ turnId, partId, offset: 0, text: 'Hel' });
    bench.session.sendDelta({ turnId, partId, offset: 3, text: 'lo' });
    await bench.time.pass(20);
    expect(texts()).toEqual(['Hello']);
    bench.log.finishPart(partId, 'Hello, world');
    bench.session.commit(...bench.news());
    await bench.time.pass(20);
    expect(texts()).toEqual([]);
    expect(bench.stream.getSnapshot().items).toContainEqual(
      expect.objectContaining({ text: 'Hello, world' }),
    );
  });

  it('asks for the stored text each second until it meets what came after a gap', async () => {
    const turnId = bench.log.state.running!.turnId;
    const partId = bench.log.startPart();
    bench.session.commit(...bench.news());
    bench.session.sendDelta({ turnId, partId, offset: 10, text: 'KLM' });
    await bench.time.pass(20);
    expect(bench.network.requests.texts).toBe(1);
    bench.session.texts.set(partId, 'ABCDE');
    await bench.time.pass(1_000);
    expect(texts()).toEqual(['ABCDE']);
    bench.session.texts.set(partId, 'ABCDEFGHIJ');
    await bench.time.pass(1_000);
    expect(texts()).toEqual(['ABCDEFGHIJKLM']);
    const asked = bench.network.requests.texts;
    await bench.time.pass(10_000);
    expect(bench.network.requests.texts).toBe(asked);
  });

  it('has the text so far of a part that was open when it joined', async () => {
    const partId = bench.log.startPart();
    bench.session.log.push(...bench.news());
    bench.session.texts.set(partId, 'so far');
    const late = bench.open(bench.session.join());
    late.start();
    await bench.time.pass(50);
    expect([...late.getSnapshot().live.values()]).toEqual(['so far']);
  });

  it('asks at once for the text of a part whose start it had to list', async () => {
    const partId = bench.log.startPart();
    bench.session.log.push(...bench.news());
    bench.session.texts.set(partId, 'while nobody looked');
    bench.session.hint();
    await bench.time.pass(300);
    expect(texts()).toEqual(['while nobody looked']);
  });

  it('keeps the text of a part that its turn’s end left unfinished', async () => {
    const turnId = bench.log.state.running!.turnId;
    const partId = bench.log.startPart();
    bench.session.commit(...bench.news());
    bench.session.sendDelta({ turnId, partId, offset: 0, text: 'half a ' });
    bench.session.texts.set(partId, 'half a sentence');
    bench.log.finish('interrupted');
    bench.session.commit(...bench.news());
    await bench.time.pass(2_000);
    expect(texts()).toEqual(['half a sentence']);
  });

  it('replaces the output of a running tool', async () => {
    const turnId = bench.log.state.running!.turnId;
    const partId = bench.log.startPart({ type: 'tool', tool: 'bash', title: 'npm test', input: '{}' });
    bench.session.commit(...bench.news());
    bench.session.sendDelta({ turnId, partId, offset: 0, text: 'line 1\nline 2' });
    bench.session.sendDelta({ turnId, partId, offset: 0, text: 'line 9' });
    await bench.time.pass(20);
    expect(texts()).toEqual(['line 9']);
  });

  it('ignores what is said of a part after its end', async () => {
    const turnId = bench.log.state.running!.turnId;
    const partId = bench.log.startPart();
    bench.log.finishPart(partId, 'done');
    bench.session.commit(...bench.news());
    bench.session.sendDelta({ turnId, partId, offset: 0, text: 'd' });
    await bench.time.pass(20);
    expect(texts()).toEqual([]);
  });
});
