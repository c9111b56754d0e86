import { relative } from 'node:path';
import { z } from 'zod';

/** What one part of a run came to. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  /** In words, a line each. */
  failures: readonly string[];
  skips: readonly string[];
}

const Assertion = z.object({ status: z.string(), fullName: z.string() });
const TestFile = z.object({ name: z.string(), status: z.string(), assertionResults: z.array(Assertion) });
/** The part of vitest's JSON report that is counted. */
const Report = z.object({ testResults: z.array(TestFile) });

/** Vitest's words for a test that was not run. */
const NOT_RUN = new Set(['skipped', 'pending', 'todo', 'disabled']);

/** A part that is one check and nothing else. */
export function tallyOfOne(name: string, isOk: boolean): Tally {
  return { passed: isOk ? 1 : 0, failed: isOk ? 0 : 1, skipped: 0, failures: isOk ? [] : [name], skips: [] };
}

/**
 * Counts a report of vitest, whose own exit status says whether all was well. A file that could not be loaded, a hook
 * that failed and an error outside of any test count as a failure each, though no test of theirs failed.
 */
export function tallyOfReport(report: unknown, run: { name: string; isOk: boolean }): Tally {
  const tests = Report.parse(report).testResults.flatMap(({ name, status, assertionResults }) => {
    const file = relative(process.cwd(), name);
    const own = assertionResults.map((test) => ({ status: test.status, text: `${file}: ${test.fullName}` }));
    const isBroken = status === 'failed' && !own.some((test) => test.status === 'failed');
    return isBroken ? [...own, { status: 'failed', text: `${file}: the file itself, or a hook in it` }] : own;
  });
  const failures = tests.filter(({ status }) => status === 'failed').map(({ text }) => text);
  if (!run.isOk && failures.length === 0) failures.push(`${run.name}: failed outside of its tests`);
  const skips = tests.filter(({ status }) => NOT_RUN.has(status)).map(({ text }) => text);
  const passed = tests.filter(({ status }) => status === 'passed').length;
  return { passed, failed: failures.length, skipped: skips.length, failures, skips };
}

/** All parts as one. */
export function sumOf(tallies: readonly Tally[]): Tally {
  const count = (key: 'passed' | 'failed' | 'skipped') =>
    tallies.reduce((total, tally) => total + tally[key], 0);
  return {
    ...{ passed: count('passed'), failed: count('failed'), skipped: count('skipped') },
    failures: tallies.flatMap(({ failures }) => failures),
    skips: tallies.flatMap(({ skips }) => skips),
  };
}

/** The line that a run ends with. */
export function lineOf({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
