import type { Dice } from '../dice';
import type { ProcessFault } from './tally';

export interface PlannedFault {
  atMs: number;
  kind: ProcessFault;
  /** Which session it is done to, of those kinds that are done to one; taken modulo their number. */
  session: number;
  /** How long it lasts, of those that end. */
  forMs: number;
  /** How far a clock jumps. */
  shiftMs: number;
}

const SHIFTS_MS = [-3_600_000, -300_000, -20_000, 20_000, 300_000, 3_600_000] as const;

/**
 * Faults over a time, about one in each `everyMs`. Every kind comes once before any comes again, so that a run which
 * is long enough meets them all.
 */
export function planFaults(
  dice: Dice,
  given: { durationMs: number; everyMs: number; kinds: readonly ProcessFault[]; maxForMs: number },
): PlannedFault[] {
  const { durationMs, everyMs, kinds, maxForMs } = given;
  const count = kinds.length === 0 ? 0 : Math.floor(durationMs / everyMs);
  const planned: PlannedFault[] = [];
  let left: ProcessFault[] = [];
  for (let index = 0; index < count; index += 1) {
    if (left.length === 0) left = dice.shuffled(kinds);
    const kind = left.shift();
    if (kind === undefined) break;
    planned.push({
      kind,
      atMs: index * everyMs + dice.between(0, everyMs),
      session: dice.whole(0, 1_000),
      forMs: dice.between(300, maxForMs),
      shiftMs: dice.pick(SHIFTS_MS),
    });
  }
  return planned;
}
