import { parseArgs } from 'node:util';
import { FAULT_KINDS, type FaultKind } from './faults/tally';

export interface ChaosOptions {
  seed: number;
  /** How many seeds, one after the other; null for as many as fit into `minutes`. */
  runs: number | null;
  /** Of people acting under faults, all runs together; null for one short run. */
  minutes: number | null;
  asJson: boolean;
  /** The production build as many short-lived processes. */
  isFresh: boolean;
  /** The production build as one process. */
  isBuilt: boolean;
  /** Where the story of each session with findings is written down. */
  evidence: string | null;
  /** Plants bugs instead, one for each kind of fault. */
  isSelfTest: boolean;
  /** Some kinds of fault of the self-test; none for all. */
  only: FaultKind[];
  isVerbose: boolean;
}

export const USAGE = `npm run chaos -- [options]
  --seed <n>        what the dice begin with; random when left out
  --runs <n>        so many seeds, one after the other
  --minutes <n>     long runs: more sessions, more turns of the real agent, longer freezes
  --fresh           the production build as many short-lived processes, as serverless platforms run it
  --built           the production build as one process; without either the route handlers run alone
  --self-test       plants a bug for each kind of fault, and must catch every one
  --only <fault>    of the self-test only this one; may be given several times
  --evidence <dir>  writes down the story of each session with findings
  --json            one JSON object on standard output
  --verbose         what all parts say`;

/** Reads the words after the command. Throws with what is wrong. */
export function readOptions(words: readonly string[], randomSeed: number): ChaosOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      seed: { type: 'string' },
      runs: { type: 'string' },
      minutes: { type: 'string' },
      json: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
      built: { type: 'boolean', default: false },
      evidence: { type: 'string' },
      'self-test': { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      verbose: { type: 'boolean', default: false },
    },
  });
  return {
    seed: readNumber('seed', values.seed) ?? randomSeed,
    runs: readNumber('runs', values.runs),
    minutes: readNumber('minutes', values.minutes),
    asJson: values.json,
    isFresh: values.fresh,
    isBuilt: values.built,
    evidence: values.evidence ?? null,
    isSelfTest: values['self-test'],
    only: values.only.map(readFault),
    isVerbose: values.verbose,
  };
}

function readFault(name: string): FaultKind {
  const kind = FAULT_KINDS.find((known) => known === name);
  if (kind === undefined) throw new Error(`--only takes one of: ${FAULT_KINDS.join(', ')}.`);
  return kind;
}

function readNumber(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} takes a number, not “${text}”.`);
  return value;
}
