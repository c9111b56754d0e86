// npm test: all checks, the build, unit and integration tests, end-to-end tests. Every part runs, whatever came of the
// ones before it; the last line counts them all. `npm run test:long` runs the same with the longer forms of the tests.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { messageOf } from '@/domain/errors';
import { findChromium } from './find-chromium';
import { findProgram } from './find-program';
import { runCommand } from './run-command';
import { lineOf, sumOf, type Tally, tallyOfOne, tallyOfReport } from './tally';

/** `npm run check`, one by one, so that each is counted and none hides the next; the slowest beside the others. */
const CHECKS = [['lint'], ['format', 'typecheck', 'boundaries', 'unused']];

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const reports = mkdtempSync(join(tmpdir(), 'dispatch-test-'));

async function timed(name: string, work: () => Promise<Tally>): Promise<Tally> {
  const startedAt = Date.now();
  say(`\n=== ${name}`);
  const tally = await work();
  say(`=== ${name}: ${lineOf(tally)} in ${((Date.now() - startedAt) / 1_000).toFixed(1)} s`);
  return tally;
}

function runScript(script: string): Promise<Tally> {
  return timed(`npm run ${script}`, async () =>
    tallyOfOne(`npm run ${script}`, await runCommand({ program: 'npm', args: ['run', '-s', script] })),
  );
}

function runVitest(name: string, args: readonly string[], env: Record<string, string>): Promise<Tally> {
  const output = join(reports, `${name}.json`);
  return timed(`${name} tests`, async () => {
    const isOk = await runCommand({
      program: 'vitest',
      args: ['run', ...args, '--reporter=default', '--reporter=json', `--outputFile.json=${output}`],
      env,
    });
    try {
      return tallyOfReport(JSON.parse(readFileSync(output, 'utf8')), { name, isOk });
    } catch (error) {
      say(`${name} tests left no report: ${messageOf(error)}`);
      return tallyOfOne(`${name} tests: ended without a report`, false);
    }
  });
}

function chromiumPath(): Promise<string> {
  return findChromium({
    env: process.env,
    isRoot: process.getuid?.() === 0,
    playwrightPath: chromium.executablePath(),
    run: (program, args) => runCommand({ program, args, timeoutMs: 300_000 }),
    starts: (program) => runCommand({ program, args: ['--version'], timeoutMs: 30_000, isShown: false }),
    say: (line) => say(`test: ${line}`),
  });
}

/** What the tests are told of this machine. Throws when a Chromium can't be had. */
async function testEnvironment(): Promise<Record<string, string>> {
  const path = await chromiumPath();
  say(`test: Chromium is ${path}`);
  if (findProgram('bwrap', process.env['PATH'] ?? '') === undefined) {
    say(
      'test: SKIPPING what needs bubblewrap, which is not on the path (on Debian: apt-get install bubblewrap)',
    );
  }
  const isLong = process.argv.includes('--long');
  return { CHROMIUM_PATH: path, ...(isLong ? { LONG: '1' } : {}) };
}

async function runAll(): Promise<Tally> {
  const env = await testEnvironment();
  const tallies: Tally[] = [];
  const runInOrder = async (scripts: readonly string[]): Promise<void> => {
    for (const script of scripts) tallies.push(await runScript(script));
  };
  await Promise.all(CHECKS.map(runInOrder));
  const build = await runScript('build');
  tallies.push(build, await runVitest('unit and integration', [], env));
  // Against yesterday's build, a pass would say nothing about today's source.
  if (build.failed > 0) tallies.push(tallyOfOne('end-to-end tests: not run, since the build failed', false));
  else tallies.push(await runVitest('end-to-end', ['--config', 'vitest.e2e.config.ts'], env));
  return sumOf(tallies);
}

const total = await runAll()
  .catch((error: unknown) => tallyOfOne(messageOf(error), false))
  .finally(() => {
    rmSync(reports, { recursive: true, force: true });
  });
say('');
for (const skip of total.skips) say(`SKIPPED: ${skip}`);
for (const failure of total.failures) say(`FAILED: ${failure}`);
say(lineOf(total));
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
