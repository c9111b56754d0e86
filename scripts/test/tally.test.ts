import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { lineOf, sumOf, tallyOfOne, tallyOfReport } from './tally';

const test = (fullName: string, status: string) => ({ fullName, status });
const file = (name: string, status: string, ...assertionResults: ReturnType<typeof test>[]) => ({
  ...{ name: resolve(name), status, assertionResults },
});
const fine = { name: 'unit', isOk: true };
const broken = { name: 'unit', isOk: false };

it('counts what passed, failed and was not run', () => {
  const report = {
    testResults: [
      file('a.test.ts', 'failed', test('adds', 'passed'), test('subtracts', 'failed')),
      file('b.test.ts', 'passed', test('needs bwrap', 'skipped'), test('later', 'todo')),
    ],
  };
  expect(tallyOfReport(report, broken)).toEqual({
    ...{ passed: 1, failed: 1, skipped: 2 },
    failures: ['a.test.ts: subtracts'],
    skips: ['b.test.ts: needs bwrap', 'b.test.ts: later'],
  });
});

it('says why a test failed, once for each way in which it did', () => {
  const red =
    '\u001b[31mError: no such row\u001b[39m\n    at find (src/a.ts:1:2)\n    at x (/node_modules/v.js:1:1)';
  const failed = { ...test('finds', 'failed'), failureMessages: [red, red, 'Timeout'] };
  const { failures } = tallyOfReport({ testResults: [file('a.test.ts', 'failed', failed)] }, broken);
  expect(failures).toEqual([
    'a.test.ts: finds\n    Error: no such row\n        at find (src/a.ts:1:2)\n    Timeout',
  ]);
});

it('counts a file that could not be loaded, and one whose hook failed, as failed', () => {
  const report = {
    testResults: [file('a.test.ts', 'failed'), file('b.test.ts', 'failed', test('waits', 'skipped'))],
  };
  const tally = tallyOfReport(report, broken);
  expect(lineOf(tally)).toBe('0 passed, 2 failed, 1 skipped');
  expect(tally.failures[0]).toBe('a.test.ts: the file itself, or a hook in it');
});

it('counts a run that failed outside of its tests as failed', () => {
  const report = { testResults: [file('a.test.ts', 'passed', test('adds', 'passed'))] };
  expect(lineOf(tallyOfReport(report, broken))).toBe('1 passed, 1 failed, 0 skipped');
  expect(lineOf(tallyOfReport(report, fine))).toBe('1 passed, 0 failed, 0 skipped');
});

it('refuses a report that it does not understand, instead of counting nothing', () => {
  expect(() => tallyOfReport({ results: [] }, fine)).toThrow();
});

it('sums the parts in one line', () => {
  const parts = [tallyOfOne('lint', true), tallyOfOne('types', false), tallyOfOne('format', true)];
  expect(lineOf(sumOf(parts))).toBe('2 passed, 1 failed, 0 skipped');
  expect(sumOf(parts).failures).toEqual(['types']);
});
