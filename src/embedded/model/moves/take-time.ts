/** Work that does nothing but take its time, so that people can watch it, speak to it and stop it. */
import { done, refused, use, type Desk, type Outcome, type Work } from './desk';

/** Counts, a number a second, each in a step of its own. */
export function* countSlowly(desk: Desk, { until }: { until: number }): Work<Outcome> {
  for (let number = 1; number <= until; number += 1) {
    const values = { command: `sleep 1; echo ${String(number)}`, description: `Count to ${String(number)}` };
    const output = yield* use(desk, 'bash', { values, text: `${String(number)} …` });
    if (output.trim() !== String(number)) {
      return { ...refused(`I came to ${String(number)} and no further.`), detail: output.trim() };
    }
  }
  return done(`I counted to ${String(until)}.`);
}

type Status = 'pending' | 'in_progress' | 'completed';

/** Writes a list of things to do and ticks them off one after the other. */
export function* planThings(desk: Desk, { items }: { items: readonly string[] }): Work<Outcome> {
  for (let finished = 0; finished <= items.length; finished += 1) {
    const statusAt = (index: number): Status =>
      index < finished ? 'completed' : index === finished ? 'in_progress' : 'pending';
    const todos = items.map((content, index) => ({ content, status: statusAt(index), priority: 'medium' }));
    const at = finished === 0 ? 'I write the plan down.' : `"${items[finished - 1] ?? ''}" is behind me.`;
    yield* use(desk, 'todo', { values: { todos }, text: at });
  }
  return done(
    `I planned ${String(items.length)} things, and ticked them off; nothing else was done about them.`,
  );
}
