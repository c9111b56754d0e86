import { messageOf } from '@/domain/errors';
import { BUGS } from '../bugs/all-bugs';
import type { Bug } from '../bugs/bug';
import { COUNTERS, type Counter } from '../count/finding';
import { FUNCTION_FAULTS, type FaultKind, NETWORK_FAULTS, PROCESS_FAULTS } from '../faults/tally';
import { CALM } from '../network/weather';
import { startWorld } from '../world/world';
import { type RunPlan, SHORT } from './plan';
import { type RunResult, runOnce } from './run-once';

/** What became of a planted bug. */
export interface BugResult {
  fault: FaultKind;
  bug: string;
  /** None: it was missed. */
  caughtBy: Counter[];
  /** How often its fault was injected, in the run that caught it or in the last one. */
  injected: number;
  tries: number;
  seconds: number;
}

export interface SelfTestReport {
  ok: boolean;
  bugs: BugResult[];
  /** What is found where the same faults happen and nothing is planted: nothing. */
  clean: string[];
  notes: string[];
}

export interface SelfTestGiven {
  seed: number;
  /** Only the bugs of these kinds of faults; none for all. */
  only: readonly FaultKind[];
  say: (line: string) => void;
  /** What the parts of the worlds say. */
  hear: (line: string) => void;
}

/** Chance may spare a bug once, and with others' work on the machine even twice. */
const MAX_TRIES = 3;
const SKIPPED: Readonly<Partial<Record<FaultKind, string>>> = {
  'disk full': 'SKIPPED: disk full, since mounting a small disk is not allowed here',
};

/** Plants one bug after the other, each in a small world in which only its fault happens. */
export async function selfTest(given: SelfTestGiven): Promise<SelfTestReport> {
  const { only, say } = given;
  const bugs: BugResult[] = [];
  const notes: string[] = [];
  for (const bug of BUGS) {
    if (only.length > 0 && !only.includes(bug.fault)) continue;
    const result = await tryBug(bug, given);
    if (result === null) {
      notes.push(SKIPPED[bug.fault] ?? '');
      continue;
    }
    bugs.push(result);
    say(wordsOfBug(result));
  }
  const clean = await runClean(given);
  const ok = clean.length === 0 && bugs.length > 0 && bugs.every(({ caughtBy }) => caughtBy.length > 0);
  return { ok, bugs, clean, notes };
}

/** Null where the machine does not allow its fault. */
async function tryBug(bug: Bug, given: SelfTestGiven): Promise<BugResult | null> {
  const startedMs = Date.now();
  const { fault, what } = bug;
  let injected = 0;
  for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
    const result = await runSmall(fault, { bug, seed: given.seed + tries, hear: given.hear });
    if (result === null) return null;
    for (const { counter, what: found } of result.findings) given.hear(`${counter}: ${found}`);
    injected = result.faults[fault] ?? 0;
    const caughtBy = injected === 0 ? [] : COUNTERS.filter((counter) => result.counts[counter] > 0);
    const seconds = Math.round((Date.now() - startedMs) / 1_000);
    if (caughtBy.length > 0) return { fault, bug: what, caughtBy, injected, tries, seconds };
  }
  const seconds = Math.round((Date.now() - startedMs) / 1_000);
  return { fault, bug: what, caughtBy: [], injected, tries: MAX_TRIES, seconds };
}

async function runClean(given: SelfTestGiven): Promise<string[]> {
  const result = await runSmall('all', { bug: null, seed: given.seed, hear: given.hear });
  return (result?.findings ?? []).map(({ counter, what }) => `${counter}: ${what}`);
}

async function runSmall(
  fault: FaultKind | 'all',
  { bug, seed, hear }: { bug: Bug | null; seed: number; hear: (line: string) => void },
): Promise<RunResult | null> {
  const app = isIn(FUNCTION_FAULTS, fault) ? 'fresh-routes' : 'routes';
  const world = await startWorld({ app, patches: bug?.patches ?? [], say: hear });
  try {
    if (fault === 'disk full' && !world.sandboxes.hasSmallDisk) return null;
    for (const query of bug?.sql ?? []) await world.database.ask(query);
    return await runOnce(world, {
      ...{ seed, plan: smallPlan(fault, bug !== null), say: hear },
      ...(bug?.changes ? { changes: bug.changes } : {}),
    });
  } finally {
    await world.stop().catch((error: unknown) => hear(`stopping failed: ${messageOf(error)}`));
  }
}

/** One session for some seconds, and one kind of fault, much of it. */
function smallPlan(fault: FaultKind | 'all', isPlanted: boolean): RunPlan {
  const isAny = fault === 'all';
  const networkFaults = NETWORK_FAULTS.filter((kind) => isAny || kind === fault);
  const severity = { requests: 0.5, publishes: 0.5, messages: 0.5 };
  return {
    ...SHORT,
    activityMs: 9_000,
    // What is stuck for a moment is not wrong; a bug makes it so for ever.
    settleMs: isPlanted ? 7_000 : SHORT.settleMs,
    sessions: [{ agent: 'replayed', prompts: 12 }],
    watchers: 2,
    terminals: isAny || fault === 'kill cli' ? 1 : 0,
    processFaults: PROCESS_FAULTS.filter((kind) => isAny || kind === fault),
    networkFaults,
    severity: isAny ? SHORT.severity : networkFaults.length === 0 ? CALM : severity,
    faultEveryMs: isAny ? 600 : 1_400,
    maxFreezeMs: 2_500,
    sweepEveryMs: 1_000,
  };
}

function isIn(kinds: readonly FaultKind[], fault: FaultKind | 'all'): boolean {
  return kinds.some((kind) => kind === fault);
}

function wordsOfBug({ fault, bug, caughtBy, injected, tries, seconds }: BugResult): string {
  const how = caughtBy.length === 0 ? 'MISSED' : `caught: ${caughtBy.join(', ')}`;
  return `${fault.padEnd(18)} ${bug}: ${how} (${injected} injected, try ${tries}, ${seconds} s)`;
}

/** The same for people. */
export function wordsOfSelfTest({ bugs, clean, notes }: SelfTestReport): string {
  const missed = bugs.filter(({ caughtBy }) => caughtBy.length === 0);
  return [
    ...bugs.map(wordsOfBug),
    `without a bug, all faults: ${clean.join('; ') || 'clean'}`,
    ...notes.map((note) => `note      ${note}`),
    `${bugs.length - missed.length} of ${bugs.length} planted bugs caught`,
    ...missed.map(({ fault }) => `MISSED; again: npm run chaos -- --self-test --only "${fault}"`),
  ].join('\n');
}
