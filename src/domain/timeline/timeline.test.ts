import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyLog, anySession } from '@/testing/any-session';
import { ADA, BEN, logged, LogWriter, promptId, richLog } from '@/testing/event-log';
import { type LoggedEvent, parseLoggedEvent } from '../events/logged-event';
import { digestOf } from './digest';
import type { ItemOf, ItemType, TimelineItem } from './items';
import { addEvents, EMPTY_TIMELINE, eventsOf, itemsOf } from './timeline';

const replay = (events: readonly LoggedEvent[]): readonly TimelineItem[] =>
  itemsOf(addEvents(EMPTY_TIMELINE, events));

function only<T extends ItemType>(items: readonly TimelineItem[], type: T): ItemOf<T>[] {
  return items.filter((item): item is ItemOf<T> => item.type === type);
}

/** A log cut into pages at any places. */
const anyPages = anyLog().chain((log) =>
  fc.array(fc.nat({ max: log.length }), { maxLength: 8 }).map((cuts) => {
    const places = [0, ...cuts.sort((a, b) => a - b), log.length];
    return { log, pages: places.slice(1).map((end, index) => log.slice(places[index], end)) };
  }),
);

describe('a timeline', () => {
  it('is the same live, event by event, as replayed at once', () => {
    fc.assert(
      fc.property(anyLog(), (log) => {
        const live = log.reduce((timeline, event) => addEvents(timeline, [event]), EMPTY_TIMELINE);
        expect(itemsOf(live)).toEqual(replay(log));
      }),
    );
  });

  it('is the same whatever the pages and the order in which they come', () => {
    const shuffled = anyPages.chain(({ log, pages }) =>
      fc
        .shuffledSubarray(pages, { minLength: pages.length, maxLength: pages.length })
        .map((order) => ({ log, order })),
    );
    fc.assert(
      fc.property(shuffled, ({ log, order }) => {
        const paged = order.reduce(addEvents, EMPTY_TIMELINE);
        expect(itemsOf(paged)).toEqual(replay(log));
      }),
    );
  });

  it('does not change by duplicates, losses that are fetched again, or reorder', () => {
    const disturbed = anyLog().chain((log) =>
      fc
        .array(fc.nat({ max: Math.max(0, log.length - 1) }), { maxLength: log.length * 2 })
        .map((picks) => ({ log, arrived: picks.flatMap((pick) => log.slice(pick, pick + 1)) })),
    );
    fc.assert(
      fc.property(disturbed, ({ log, arrived }) => {
        const once = arrived.reduce((timeline, event) => addEvents(timeline, [event]), EMPTY_TIMELINE);
        const healed = addEvents(once, log);
        expect(itemsOf(healed)).toEqual(replay(log));
        expect(addEvents(healed, arrived)).toBe(healed);
      }),
    );
  });

  it('keeps the identity of every item that an event does not touch', () => {
    fc.assert(
      fc.property(anyLog(), (log) => {
        const before = addEvents(EMPTY_TIMELINE, log.slice(0, -1));
        const last = log.at(-1)!;
        const after = addEvents(before, [last]);
        for (const [id, { item, events }] of before.entries) {
          const isTouched = after.entries.get(id)?.events.length !== events.length;
          if (!isTouched) expect(after.entries.get(id)?.item).toBe(item);
        }
      }),
    );
  });

  it('shows every event in some item and gives all of them back', () => {
    fc.assert(
      fc.property(anyLog(), (log) => {
        const timeline = addEvents(EMPTY_TIMELINE, log);
        expect(eventsOf(timeline, { fromSeq: 1, toSeq: log.length })).toEqual(log);
        expect(eventsOf(timeline, { fromSeq: 2, toSeq: 4 })).toEqual(log.slice(1, 4));
      }),
    );
  });

  it('has ids of its items once each, in the order of their places', () => {
    fc.assert(
      fc.property(anyLog(), (log) => {
        const items = replay(log);
        expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
        const seqs = items.map(({ seq }) => seq);
        expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
      }),
    );
  });

  it('says of each prompt what the session itself says', () => {
    fc.assert(
      fc.property(anySession(), ({ events, state }) => {
        const shown = new Map(only(replay(events), 'prompt').map((item) => [item.promptId, item]));
        for (const { promptId: id } of state.queue) expect(shown.get(id)?.status).toBe('waiting');
        for (const { promptId: id } of state.retryable) {
          expect(['failed', 'stopped', 'interrupted']).toContain(shown.get(id)?.status);
        }
        const running = [...shown.values()].filter(({ status }) => status === 'running');
        expect(running.map(({ turnId }) => turnId)).toEqual(state.running ? [state.running.turnId] : []);
      }),
    );
  });
});

describe('what it shows', () => {
  const items = replay(richLog());

  it('tells a session as a story: in the order in which things began to count', () => {
    expect(items.map(({ type }) => type)).toEqual([
      'session',
      'prompt',
      'sandbox',
      'reasoning',
      'tool',
      'todo',
      'diff',
      'text',
      // Somebody else joined, by the prompt that waits.
      'note',
      'turn',
      'prompt',
      'turn',
      'unknown',
    ]);
  });

  it('has a prompt with its author, its words and how it ended', () => {
    const [first, second] = only(items, 'prompt');
    expect(first).toMatchObject({
      author: ADA,
      text: 'Add a dark mode toggle',
      status: 'completed',
      attempt: 1,
    });
    expect(second).toMatchObject({ author: BEN, text: 'also on the login page', status: 'stopped' });
    expect(second?.reason?.message).toBe('The model is away.');
  });

  it('sums a turn’s steps up', () => {
    expect(only(items, 'turn')[0]).toMatchObject({
      outcome: 'completed',
      steps: 1,
      costUsd: 0.0125,
      tokens: { input: 1_200, output: 340 },
    });
    expect(only(items, 'turn')[1]).toMatchObject({ outcome: 'stopped', isStopRequested: true });
  });

  it('has the sandbox’s phases and what its setup printed', () => {
    const [sandbox] = only(items, 'sandbox');
    expect(sandbox).toMatchObject({ phase: 'ready', isolation: 'namespace', log: 'installed 3 packages\n' });
    expect(sandbox?.phases.map(({ phase }) => phase)).toEqual([
      'requested',
      'booting',
      'cloning',
      'setup',
      'agent_starting',
      'ready',
    ]);
  });

  it('shows an edited prompt’s newest words, a withdrawn one as withdrawn, a retried one as waiting', () => {
    const log = new LogWriter().create();
    log.send('one');
    log.send('two');
    log.send('three');
    log.command({ type: 'edit', promptId: promptId(2), text: 'two, better' }, BEN);
    log.command({ type: 'withdraw', promptId: promptId(3) });
    log.boot();
    log.deliver();
    log.finish('interrupted');
    log.command({ type: 'retry', promptId: promptId(1) });
    const byId = new Map(only(replay(log.events), 'prompt').map((item) => [item.promptId, item]));
    expect(byId.get(promptId(1))).toMatchObject({ status: 'waiting', finishedAt: null, reason: null });
    expect(byId.get(promptId(2))).toMatchObject({ status: 'running', text: 'two, better', author: ADA });
    expect(byId.get(promptId(3))).toMatchObject({ status: 'withdrawn', turnId: null });
  });

  it('shows a turn’s first end, whatever is said of it later', () => {
    const log = new LogWriter().create();
    log.send('one');
    log.boot();
    log.deliver();
    const { turnId } = log.state.running!;
    log.finish('failed');
    const late = {
      kind: 'prompt.finished',
      promptId: promptId(1),
      turnId,
      outcome: 'completed',
      reason: null,
    } as const;
    const shown = replay([...log.events, logged(log.events.length + 1, late)]);
    expect(only(shown, 'turn')[0]).toMatchObject({ outcome: 'failed' });
    expect(only(shown, 'prompt')[0]).toMatchObject({ status: 'failed' });
  });

  it('lets a late end of an old attempt end no newer one', () => {
    const log = new LogWriter().create();
    log.send('one');
    log.boot();
    log.deliver();
    const { turnId } = log.state.running!;
    log.finish('failed');
    log.command({ type: 'retry', promptId: promptId(1) });
    const late = {
      kind: 'prompt.finished',
      promptId: promptId(1),
      turnId,
      outcome: 'completed',
      reason: null,
    } as const;
    const shown = replay([...log.events, logged(log.events.length + 1, late)]);
    expect(only(shown, 'prompt')[0]).toMatchObject({ status: 'running', attempt: 2, finishedAt: null });
  });

  it('shows how a prompt ended when its beginning is on an older page', () => {
    const log = richLog();
    const end = log.find(({ event }) => event.kind === 'prompt.finished')!;
    expect(only(replay([end]), 'prompt')[0]).toMatchObject({ status: 'completed', author: null });
  });

  it('shows a retry of the model until a step follows it', () => {
    const log = new LogWriter().create();
    log.send('one');
    log.boot();
    log.deliver();
    const { turnId } = log.state.running!;
    log.report({ kind: 'turn.retrying', turnId, attempt: 2, message: 'overloaded', nextAt: null });
    expect(only(replay(log.events), 'turn')[0]?.retrying).toMatchObject({
      attempt: 2,
      message: 'overloaded',
    });
    log.report({ kind: 'turn.step_started', turnId, step: 2 });
    expect(only(replay(log.events), 'turn')[0]?.retrying).toBeNull();
  });
});

describe('a digest', () => {
  it('is the same for the same range, however it was put together', async () => {
    await fc.assert(
      fc.asyncProperty(anyLog({ maxSteps: 25 }), fc.array(fc.nat(), { minLength: 1 }), async (log, order) => {
        const shuffled = log
          .map((event) => ({ event, place: order[event.seq % order.length] ?? 0 }))
          .sort((a, b) => a.place - b.place)
          .map(({ event }) => event);
        expect(await digestOf(shuffled)).toBe(await digestOf(log));
        const wired = log.map((event) => parseLoggedEvent(JSON.parse(JSON.stringify(event))));
        expect(await digestOf(wired)).toBe(await digestOf(log));
      }),
      { numRuns: 30 },
    );
  });

  it('differs when one event is missing or differs', async () => {
    const log = richLog();
    const whole = await digestOf(log);
    expect(await digestOf(log.slice(0, -1))).not.toBe(whole);
    const changed = log.map((event) =>
      event.event.kind === 'prompt.queued' ? { ...event, event: { ...event.event, text: 'x' } } : event,
    );
    expect(await digestOf(changed)).not.toBe(whole);
  });

  it('does not depend on the order of keys', async () => {
    const [first] = richLog();
    const turned = Object.fromEntries(Object.entries(first!.event).reverse());
    expect(await digestOf([{ ...first!, event: turned as LoggedEvent['event'] }])).toBe(
      await digestOf([first!]),
    );
  });
});
