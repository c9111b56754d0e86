import type { FaultKind } from '../faults/tally';
import type { Changes } from '../run/session';
import type { Patch } from '../world/build-world';

/** Something wrong that only one kind of fault brings to light. It is planted from outside: the product has no switch for it. */
export interface Bug {
  /** What it is planted for. */
  fault: FaultKind;
  what: string;
  /** In the bundled programs of the run's world. */
  patches?: readonly Patch[];
  /** In those who take part. */
  changes?: Changes;
  /** Asked of Postgres before the run. */
  sql?: readonly string[];
}
