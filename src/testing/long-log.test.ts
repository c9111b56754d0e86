import { describe, expect, it } from 'vitest';
import type { Db } from '@/db/client';
import { eventsBetween } from '@/db/events';
import type { SessionId } from '@/domain/ids';
import { evolve } from '@/domain/session/evolve';
import { INITIAL_STATE } from '@/domain/session/state';
import { addEvents, EMPTY_TIMELINE, itemsOf } from '@/domain/timeline/timeline';
import { useDeps } from './deps';
import { longLog } from './long-log';
import { seedLongLog } from './seed-long-log';
import { TestSession } from './test-session';

describe('a long log', () => {
  it.each([40, 41, 100, 1_000, 10_000])(
    'has exactly %i events, in order, and nothing runs at its end',
    (count) => {
      const { events, state } = longLog({ count });
      expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: count }, (_, at) => at + 1));
      expect(state.running).toBeNull();
      expect(events.some(({ event }) => event.kind === 'unknown')).toBe(false);
      expect(events.reduce((now, { event, actor }) => evolve(now, event, actor), INITIAL_STATE)).toEqual(
        state,
      );
    },
  );

  it('is the same for the same seed, and shares no id with another', () => {
    expect(longLog({ count: 500, seed: 'a' })).toEqual(longLog({ count: 500, seed: 'a' }));
    const promptsOf = (seed: string) =>
      longLog({ count: 500, seed }).events.flatMap(({ event }) =>
        'promptId' in event ? event.promptId : [],
      );
    const others = new Set(promptsOf('b'));
    expect(promptsOf('a').filter((id) => others.has(id))).toEqual([]);
  });

  it('holds every kind of item that a finished session shows', () => {
    const items = itemsOf(addEvents(EMPTY_TIMELINE, longLog({ count: 2_000 }).events));
    expect([...new Set(items.map(({ type }) => type))].sort()).toEqual(
      expect.arrayContaining([
        'diff',
        'prompt',
        'reasoning',
        'sandbox',
        'session',
        'text',
        'todo',
        'tool',
        'turn',
      ]),
    );
  });
});

describe('a seeded session', () => {
  const world = useDeps();

  it('has the log in its database, with its rows in line and its times in the past', async () => {
    const deps = world.current;
    const session = await TestSession.create(deps);
    await seedLongLog(deps.db, { sessionId: session.id, total: 1_500 });
    const { lastSeq, state } = await session.now();
    expect(lastSeq).toBe(1_500);
    expect(state).toMatchObject({ running: null, sandbox: { phase: 'asleep' } });
    const events = await eventsOf(deps.db, session.id);
    expect(events).toHaveLength(1_500);
    const finished = events.filter(({ event }) => event.kind === 'prompt.finished');
    const rows = await deps.db.prompt.findMany({ where: { sessionId: session.id } });
    expect(rows.filter(({ finishedAt }) => finishedAt !== null)).toHaveLength(finished.length);
    const hourAgo = Date.now() - 3_600_000;
    expect(Date.parse(events[1]?.at ?? '')).toBeLessThan(hourAgo);
  });

  const eventsOf = (db: Db, id: SessionId) => eventsBetween(db, id, { fromSeq: 1, toSeq: 10_000 });
});
