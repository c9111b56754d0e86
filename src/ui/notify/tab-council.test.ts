import { afterEach, describe, expect, it } from 'vitest';
import { SessionId } from '@/domain/ids';
import type { Notice } from './notices';
import { type Tab, TabCouncil } from './tab-council';

/** Longer than any machine is busy. */
const ANSWERS_MS = 1_500;

const sessionId = SessionId.parse('0190b5a0-0000-7000-8000-00000000000a');
const notice: Notice = { tag: 'ask:1', sessionId, title: 'Login flake', body: 'Asks: skip it?' };

const leaving: (() => void)[] = [];
afterEach(() => {
  for (const leave of leaving.splice(0)) leave();
});

/** Tabs of one browser, over the platform's real channel, and what each of them told. */
function tabs(...kinds: ('elsewhere' | 'holds' | 'sees')[]) {
  const name = crypto.randomUUID();
  return kinds.map((kind) => {
    const raised: string[] = [];
    const dropped: string[] = [];
    const tab: Tab = {
      sees: () => kind === 'sees',
      holds: () => kind !== 'elsewhere',
      raise: ({ tag }) => raised.push(tag),
      drop: (tags) => dropped.push(...tags),
    };
    const council = new TabCouncil(name, tab, ANSWERS_MS);
    leaving.push(council.join());
    return { council, raised, dropped };
  });
}

/** What each tab told once the first one has heard of something. */
async function toldBy(...kinds: Parameters<typeof tabs>): Promise<string[][]> {
  const all = tabs(...kinds);
  await all[0]!.council.tell(notice);
  // Whatever one tab has another do has arrived once a later message has.
  all[0]!.council.drop(['fence']);
  await expect.poll(() => all.every(({ dropped }) => dropped.includes('fence'))).toBe(true);
  return all.map(({ raised }) => raised);
}

describe('tabs of one browser', () => {
  it('tell of a thing where one is alone', async () => {
    expect(await toldBy('elsewhere')).toEqual([['ask:1']]);
  });

  it('tell of it once, from the tab that has the session', async () => {
    const [asking, ...holders] = await toldBy('elsewhere', 'holds', 'holds');
    expect(asking).toEqual([]);
    expect(holders.flat()).toEqual(['ask:1']);
  });

  it('tell of it where they are, when they have it themselves', async () => {
    expect(await toldBy('holds', 'holds')).toEqual([['ask:1'], []]);
  });

  it.each([
    ['the tab that hears of it', ['sees', 'elsewhere']],
    ['another tab', ['elsewhere', 'sees']],
    ['another tab, beside one that has it', ['elsewhere', 'holds', 'sees']],
  ] as const)('tell of nothing that is on the screen of %s', async (_name, kinds) => {
    expect((await toldBy(...kinds)).flat()).toEqual([]);
  });

  it('take back what is over, in all of them', async () => {
    const all = tabs('elsewhere', 'elsewhere', 'elsewhere');
    all[1]!.council.drop(['ask:1', 'ask:2']);
    await expect.poll(() => all.map(({ dropped }) => dropped.join())).toEqual(all.map(() => 'ask:1,ask:2'));
  });

  it('leave alone what they don’t understand', async () => {
    const [tab] = tabs('elsewhere');
    const name = crypto.randomUUID();
    const stranger = new BroadcastChannel(name);
    const council = new TabCouncil(name, {
      sees: () => false,
      holds: () => false,
      raise: () => tab!.raised.push('raised'),
      drop: (tags) => tab!.dropped.push(...tags),
    });
    leaving.push(council.join());
    stranger.postMessage({ type: 'future', tags: ['x'] });
    stranger.postMessage({ type: 'drop', tags: ['ask:1'] });
    await expect.poll(() => tab!.dropped).toEqual(['ask:1']);
    stranger.close();
  });
});
