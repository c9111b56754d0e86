import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';

/** What one part of a run came to. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  /** In words; a test's with the first lines of why. */
  failures: readonly string[];
  skips: readonly string[];
}

const Assertion = z.object({
  status: z.string(),
  fullName: z.string(),
  /** One for each time that it was tried. */
  failureMessages: z.array(z.string()).nullish(),
});
const TestFile = z.object({
  name: z.string(),
  status: z.string(),
  message: z.string().nullish(),
  assertionResults: z.array(Assertion),
});
/** The part of vitest's JSON report that is counted. */
const Report = z.object({ testResults: z.array(TestFile) });

/** Vitest's words for a test that was not run. */
const NOT_RUN = new Set(['skipped', 'pending', 'todo', 'disabled']);

/** Of an error, what tells where to look: its first lines, without those of the test runner itself. */
const LINES_OF_WHY = 8;

function whyOf(messages: readonly (string | null | undefined)[]): string {
  const blocks = messages.map((message) =>
    stripVTControlCharacters(message ?? '')
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.includes('/node_modules/'))
      .slice(0, LINES_OF_WHY)
      .map((line) => `\n    ${line.trimEnd()}`)
      .join(''),
  );
  return [...new Set(blocks)].join('');
}

/** A part that is one check and nothing else. */
export function tallyOfOne(name: string, isOk: boolean): Tally {
  return { passed: isOk ? 1 : 0, failed: isOk ? 0 : 1, skipped: 0, failures: isOk ? [] : [name], skips: [] };
}

/**
 * Counts a report of vitest, whose own exit status says whether all was well. A file that could not be loaded, a hook
 * that failed and an error outside of any test count as a failure each, though no test of theirs failed.
 */
export function tallyOfReport(report: unknown, run: { name: string; isOk: boolean }): Tally {
  const tests = Report.parse(report).testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(process.cwd(), name);
    const own = assertionResults.map(({ status, fullName, failureMessages }) => {
      const why = status === 'failed' ? whyOf(failureMessages ?? []) : '';
      return { status, text: `${file}: ${fullName}${why}` };
    });
    const isBroken = status === 'failed' && !own.some((test) => test.status === 'failed');
    const broken = { status: 'failed', text: `${file}: the file itself, or a hook in it${whyOf([message])}` };
    return isBroken ? [...own, broken] : own;
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
