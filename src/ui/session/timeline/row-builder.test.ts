import { describe, expect, it } from 'vitest';
import type { LoggedEvent } from '@/domain/events/logged-event';
import { parseEvent } from '@/domain/events/parse-event';
import type { SeqRange } from '@/domain/sync/seq-ranges';
import { addEvents, EMPTY_TIMELINE, itemsOf } from '@/domain/timeline/timeline';
import { logged, LogWriter } from '@/testing/event-log';
import { longLog } from '@/testing/long-log';
import { itemIdsIn, type Row } from './row';
import { RowBuilder } from './row-builder';

const itemsIn = (events: readonly LoggedEvent[]) => itemsOf(addEvents(EMPTY_TIMELINE, events));
const rowsOf = (events: readonly LoggedEvent[], gaps: readonly SeqRange[] = []): Row[] =>
  new RowBuilder().rows({ items: itemsIn(events), gaps });

/** A turn in which the agent calls these tools, one after the other; `under` names the call that a sub-agent serves. */
function turnWith(...calls: { tool: string; status?: 'completed' | 'error'; under?: string; id?: string }[]) {
  const log = new LogWriter().create();
  log.send('go');
  log.boot();
  log.deliver();
  const { turnId } = log.state.running!;
  const events = [...log.events];
  for (const [at, { tool, status = 'completed', under = null, id = `prt_${at}` }] of calls.entries()) {
    const ids = { turnId, partId: id, parentPartId: under };
    const part = { type: 'tool', tool, title: `file-${at}.ts`, input: '{}' };
    const end = { status, output: 'ok', outputBlob: null, durationMs: 5 };
    events.push(logged(events.length + 1, parseEvent({ kind: 'part.started', ...ids, part })));
    if (id.startsWith('open')) continue;
    events.push(
      logged(events.length + 1, parseEvent({ kind: 'part.finished', ...ids, part: { ...part, ...end } })),
    );
  }
  return events;
}

/** Rows of the agent's calls, in short. */
const inShort = (rows: readonly Row[]): string[] =>
  rows.flatMap((row) => {
    if (row.type === 'group') return `${row.kind} ${row.items.length}`;
    if (row.type === 'task') return `task (${inShort(row.children).join(', ')})`;
    return row.type === 'item' && row.item.type === 'tool' ? row.item.tool : [];
  });

describe('the rows of a timeline', () => {
  it('put calls of one kind that follow one another on one line', () => {
    const rows = rowsOf(
      turnWith({ tool: 'read' }, { tool: 'grep' }, { tool: 'bash' }, { tool: 'edit' }, { tool: 'write' }),
    );
    expect(inShort(rows)).toEqual(['look 2', 'bash', 'change 2']);
  });

  it('leave a failed call on a line of its own, between what came before and after', () => {
    const failed = { tool: 'read', status: 'error' } as const;
    expect(inShort(rowsOf(turnWith({ tool: 'read' }, { tool: 'read' }, failed, { tool: 'read' })))).toEqual([
      'look 2',
      'read',
      'read',
    ]);
  });

  it('have what a sub-agent did inside of the call that started it, however deep', () => {
    const events = turnWith(
      { tool: 'task', id: 'outer' },
      { tool: 'read', under: 'outer' },
      { tool: 'read', under: 'outer' },
      { tool: 'task', id: 'inner', under: 'outer' },
      { tool: 'bash', under: 'inner' },
      { tool: 'bash' },
    );
    expect(inShort(rowsOf(events))).toEqual(['task (look 2, task (bash))', 'bash']);
  });

  it('show a sub-agent whose call is on a page that is not here as what it is', () => {
    expect(inShort(rowsOf(turnWith({ tool: 'bash', under: 'elsewhere' })))).toEqual(['bash']);
  });

  it('have a line for every stretch that is missing, where it is missing', () => {
    const { events } = longLog({ count: 400 });
    const gaps = [
      { from: 1, to: 100 },
      { from: 201, to: 300 },
    ];
    const here = events.filter(({ seq }) => !gaps.some(({ from, to }) => from <= seq && seq <= to));
    const rows = rowsOf(here, gaps);
    const places = rows.flatMap((row, at) => (row.type === 'gap' ? at : []));
    expect(places[0]).toBe(0);
    expect(places).toHaveLength(2);
    expect(rows[places[1]! - 1]!.seq).toBeLessThan(201);
    expect(rows[places[1]! + 1]!.seq).toBeGreaterThan(300);
  });

  it('show every item once, but for those of which there is nothing to see', () => {
    const items = itemsIn(longLog({ count: 3_000 }).events);
    const shown = new RowBuilder().rows({ items, gaps: [] }).flatMap(itemIdsIn);
    expect(new Set(shown).size).toBe(shown.length);
    expect(shown).toHaveLength(items.length);
  });

  it('are the same built at once as built event by event, and stay the same objects where nothing changed', () => {
    const { events } = longLog({ count: 600 });
    const builder = new RowBuilder();
    let timeline = EMPTY_TIMELINE;
    let before: Row[] = [];
    for (const event of events) {
      timeline = addEvents(timeline, [event]);
      const rows = builder.rows({ items: itemsOf(timeline), gaps: [] });
      const known = new Set(before);
      // One event concerns at most its part, and the prompt and the turn around it.
      expect(rows.filter((row) => !known.has(row)).length).toBeLessThanOrEqual(3);
      before = rows;
    }
    expect(before).toEqual(rowsOf(events));
  });
});
