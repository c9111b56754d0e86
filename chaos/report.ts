import { COUNTERS, type Counter, type Finding } from './count/finding';
import { type FaultKind, FaultTally } from './faults/tally';
import type { RunResult } from './run/run-once';

/** All runs together. */
export interface ChaosReport {
  ok: boolean;
  mode: 'routes' | 'built' | 'fresh';
  runs: number;
  counts: Record<Counter, number>;
  faults: Partial<Record<FaultKind, number>>;
  volume: RunResult['volume'];
  findings: Finding[];
  /** What replays the runs that failed. */
  replay: string[];
  notes: string[];
}

/** Adds runs up. `command` is what replays a seed. */
export function reportOf(
  results: readonly RunResult[],
  given: { mode: ChaosReport['mode']; notes: string[]; command: (seed: number) => string },
): ChaosReport {
  const counts = { lost: 0, doubled: 0, rerun: 0, unfinished: 0, diverged: 0, stuck: 0 };
  const tally = new FaultTally();
  const volume: RunResult['volume'] = {
    events: 0,
    prompts: 0,
    commands: 0,
    realTurns: 0,
    sleeps: 0,
    turns: {},
  };
  for (const result of results) {
    for (const counter of COUNTERS) counts[counter] += result.counts[counter];
    tally.add(result.faults);
    for (const name of ['events', 'prompts', 'commands', 'realTurns', 'sleeps'] as const) {
      volume[name] += result.volume[name];
    }
    for (const [outcome, count] of Object.entries(result.volume.turns)) {
      volume.turns[outcome] = (volume.turns[outcome] ?? 0) + count;
    }
  }
  const failed = results.filter(({ findings }) => findings.length > 0);
  return {
    ok: results.length > 0 && failed.length === 0,
    mode: given.mode,
    runs: results.length,
    counts,
    faults: tally.counts(),
    volume,
    findings: results.flatMap(({ findings }) => findings),
    replay: failed.map(({ seed }) => given.command(seed)),
    notes: given.notes,
  };
}

const FINDINGS_SHOWN = 20;

/** The same for people. */
export function wordsOf(report: ChaosReport): string {
  const { counts, faults, volume, findings, replay, notes } = report;
  const list = (values: Readonly<Record<string, number>>): string =>
    Object.entries(values)
      .map(([name, count]) => `${name} ${count}`)
      .join(' · ');
  return [
    `${report.runs} run${report.runs === 1 ? '' : 's'} (${report.mode}): ${volume.events} events, ` +
      `${volume.commands} commands, ${volume.prompts} prompts, ${volume.realTurns} turns of the real agent, ${volume.sleeps} sleeps`,
    `turns     ${list(volume.turns)}`,
    `faults    ${list(faults)}`,
    `counted   ${list(counts)}`,
    ...notes.map((note) => `note      ${note}`),
    ...findings
      .slice(0, FINDINGS_SHOWN)
      .map(({ counter, session, what }) => `${counter}: ${session}: ${what}`),
    ...(findings.length > FINDINGS_SHOWN ? [`and ${findings.length - FINDINGS_SHOWN} more`] : []),
    ...replay.map((command) => `FAILED; again: ${command}`),
  ].join('\n');
}
