import { describe, expect, it } from 'vitest';
import { longLog } from '@/testing/long-log';
import type { LoggedEvent } from '../events/logged-event';
import { addEvents, EMPTY_TIMELINE, itemsOf, type Timeline } from '../timeline/timeline';
import { LogPages } from './log-pages';

const LOG = longLog({ count: 1_500 }).events;
const TAIL = 100;

/** A client that has the end of a long log, before a server that gives at most `limit` events at once. */
class Reader {
  timeline: Timeline = EMPTY_TIMELINE;
  asked = 0;
  isAway = false;
  readonly pages = new LogPages({
    source: {
      eventsBefore: async ({ before, limit }) => {
        const events = this.#give(LOG.slice(Math.max(0, before - 1 - limit), before - 1));
        return { events, hasOlder: before - 1 - limit > 0 };
      },
      eventsAfter: async ({ after, limit }) => {
        const events = this.#give(LOG.slice(after, after + limit));
        return { events, head: LOG.length, accessVersion: 1 };
      },
    },
    onPage: (events) => this.#add(events),
  });

  constructor() {
    const tail = LOG.slice(-TAIL);
    this.#add(tail);
    this.pages.start(tail, { last: LOG.length, hasOlder: true });
  }

  get seqs(): Set<number> {
    return new Set([...this.timeline.entries].flatMap(([, { events }]) => events.map(({ seq }) => seq)));
  }

  #give(events: LoggedEvent[]): unknown[] {
    this.asked += 1;
    if (this.isAway) throw new Error('away');
    return events;
  }

  #add(events: readonly LoggedEvent[]): void {
    this.timeline = addEvents(this.timeline, events);
  }
}

describe('the pages of a log', () => {
  it('are loaded around any event, with gaps beside it that hold exactly what is missing', async () => {
    const reader = new Reader();
    await reader.pages.loadAround(700);
    expect(reader.seqs.has(700)).toBe(true);
    expect(reader.pages.gaps).toHaveLength(2);
    const missing = LOG.map(({ seq }) => seq).filter((seq) => !reader.seqs.has(seq));
    const inGaps = reader.pages.gaps.flatMap(({ from, to }) =>
      Array.from({ length: to - from + 1 }, (_, at) => from + at),
    );
    expect(inGaps).toEqual(missing);
  });

  it('leave nothing that looks as if it still ran where they were cut', async () => {
    for (const seq of [300, 501, 702, 903, 1_104]) {
      const reader = new Reader();
      await reader.pages.loadAround(seq);
      const open = itemsOf(reader.timeline).filter(
        (item) =>
          ('text' in item && item.text === null) || (item.type === 'tool' && item.status === 'running'),
      );
      expect(open).toEqual([]);
    }
  });

  it('come to the whole log from both sides of each gap', async () => {
    const reader = new Reader();
    await reader.pages.loadAround(700);
    for (let round = 0; reader.pages.gaps.length > 0; round += 1) {
      const gap = reader.pages.gaps.at(-1)!;
      await (round % 2 === 0 ? reader.pages.loadAfter(gap) : reader.pages.loadBefore(gap));
      expect(round).toBeLessThan(20);
    }
    expect(itemsOf(reader.timeline)).toEqual(itemsOf(addEvents(EMPTY_TIMELINE, LOG)));
  });

  it('are asked for once at a time, and not at all for what is here', async () => {
    const reader = new Reader();
    const [gap] = reader.pages.gaps;
    await Promise.all([reader.pages.loadBefore(gap!), reader.pages.loadBefore(gap!)]);
    await reader.pages.loadAround(LOG.length - 1);
    expect(reader.asked).toBe(1);
  });

  it('reject when they can not be had, and can be asked for again', async () => {
    const reader = new Reader();
    const [gap] = reader.pages.gaps;
    reader.isAway = true;
    await expect(reader.pages.loadBefore(gap!)).rejects.toThrow('away');
    expect(reader.pages.gaps).toEqual([gap]);
    reader.isAway = false;
    await reader.pages.loadBefore(gap!);
    expect(reader.pages.gaps[0]?.to).toBe(1_200);
  });
});
