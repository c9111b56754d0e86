import type { Table } from './table';

/** A figure that must not be above its limit. */
export interface Target {
  name: string;
  value: number;
  limit: number;
  unit: string;
  ok: boolean;
}

export interface BenchResult {
  bench: string;
  /** Everything measured, for whoever wants more than the targets. */
  figures: Record<string, unknown>;
  targets: Target[];
  /** The figures for people; without any they are shown as they are. */
  tables?: readonly Table[];
}

export interface BenchContext {
  args: readonly string[];
  /** For people, on stderr. */
  say: (line: string) => void;
}

/** One `npm run bench -- <name>`. */
export interface Bench {
  run(context: BenchContext): Promise<BenchResult>;
}

/** A target that is met when the value is at most the limit. */
export function atMost(name: string, given: { value: number; limit: number; unit: string }): Target {
  const { value, limit, unit } = given;
  return { name, value, limit, unit, ok: value <= limit };
}
