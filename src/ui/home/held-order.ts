import type { Group } from './group-sessions';
import type { ListedSession } from './use-sessions';

/** Which sessions stand where. */
export type Arrangement = readonly { title: Group['title']; rows: readonly ListedSession[] }[];

/** The list as it is drawn, and how many sessions would stand elsewhere, come in or go if it were not held. */
export interface HeldList {
  groups: Group[];
  waiting: number;
}

/**
 * The rows as they are now in the places where they were: nothing moves under a pointer. What is new waits, what is gone
 * stays as it was last.
 */
export function holdOrder(held: Arrangement, now: readonly Group[]): HeldList {
  const rowOf = new Map(now.flatMap(({ rows }) => rows.map((row) => [row.id, row])));
  const groups = held.map(({ title, rows }) => ({
    title,
    rows: rows.map((row) => rowOf.get(row.id) ?? row),
  }));
  const [before, after] = [placesOf(held), placesOf(now)];
  const ids = new Set([...before.keys(), ...after.keys()]);
  return { groups, waiting: [...ids].filter((id) => before.get(id) !== after.get(id)).length };
}

/** Of each session its group. That others came before it in the same group is no change of its own. */
function placesOf(groups: Arrangement): Map<string, string> {
  return new Map(groups.flatMap(({ title, rows }) => rows.map(({ id }) => [id, title])));
}
