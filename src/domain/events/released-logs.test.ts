import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { evolve } from '../session/evolve';
import { NO_ROWS, promptRowsAfter } from '../session/prompt-rows';
import { INITIAL_STATE, SessionState } from '../session/state';
import { addEvents, EMPTY_TIMELINE, itemsOf } from '../timeline/timeline';
import { COLLABORATION_EVENTS } from './collaboration';
import { parseLoggedEvent } from './logged-event';
import { SessionEvent } from './session-event';

const FOLDER = new URL('./released/', import.meta.url);

/** A log as a released version wrote it, with the state that it led to then. Never changed, only added to. */
const ReleasedLog = z.object({ state: z.unknown(), events: z.array(z.unknown()) });

const released = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ name, ...ReleasedLog.parse(JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'))) }));

describe.each(released)('the log that $name wrote', ({ events: stored, state: storedState }) => {
  const events = stored.map(parseLoggedEvent);

  it('is read without a loss: each event as the kind that it was, with all that it said', () => {
    for (const [at, { event }] of events.entries()) {
      const { event: was } = z.object({ event: z.looseObject({ kind: z.string() }) }).parse(stored[at]);
      expect(event).toMatchObject(was);
      expect(SessionEvent.parse(event)).toEqual(event);
    }
  });

  it('leads to the state that it led to', () => {
    const state = events.reduce((now, { event, actor }) => evolve(now, event, actor), INITIAL_STATE);
    // What is kept since then comes on top.
    expect(state).toMatchObject(z.looseObject({}).parse(storedState));
    expect(SessionState.parse(state)).toEqual(state);
  });

  it('is shown whole: every event belongs to an item, and every prompt to a row', () => {
    const items = itemsOf(addEvents(EMPTY_TIMELINE, events));
    const prompts = new Set(events.flatMap(({ event }) => ('promptId' in event ? event.promptId : [])));
    expect(promptRowsAfter(NO_ROWS, events).size).toBe(prompts.size);
    expect(items.filter(({ type }) => type === 'prompt')).toHaveLength(prompts.size);
  });
});

describe('the logs of all versions', () => {
  const events = released.flatMap(({ events: stored }) => stored.map(parseLoggedEvent));

  it('are one of each', () => {
    expect(released.map(({ name }) => name)).toEqual([
      '2026-11-22.2.json',
      '2026-11-22.json',
      '2026-11-23.json',
    ]);
  });

  it('hold every kind of what people do around the work', () => {
    const kinds = new Set(events.map(({ event }) => event.kind));
    const wanted = COLLABORATION_EVENTS.map(({ shape }) => shape.kind.value);
    expect(wanted.filter((kind) => !kinds.has(kind))).toEqual([]);
  });

  it('show every type of item but those of asks and steers, which have tests of their own', () => {
    const types = new Set(
      released.flatMap(({ events: stored }) =>
        itemsOf(addEvents(EMPTY_TIMELINE, stored.map(parseLoggedEvent))).map(({ type }) => type),
      ),
    );
    expect([...types].toSorted()).toEqual([
      ...['artifact', 'comment', 'diff', 'file', 'note', 'prompt', 'reasoning', 'sandbox', 'session'],
      ...['text', 'todo', 'tool', 'turn', 'unknown'],
    ]);
  });
});
