import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { once } from 'node:events';
import { z } from 'zod';
import type { Proof } from '../proof';

/** Everything that runs the real Bolt and web client against the emulated Slack. */
const FOLDERS = [
  'src/services/slack',
  'src/integrations/slack',
  'src/services/seal.test.ts',
  'src/domain/chat',
];

const Report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          meta: z.object({ figures: z.record(z.string(), z.number()).optional() }).optional(),
        }),
      ),
    }),
  ),
});

/**
 * A thread in Slack is a session, whatever Slack, the network and the app do: the tests of it are run, and counted with
 * what they measured.
 */
export const proveSlack: Proof = async ({ say }) => {
  const folder = await mkdtemp(join(tmpdir(), 'dispatch-proof-'));
  const outputFile = join(folder, 'report.json');
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const args = [
    vitest,
    'run',
    ...FOLDERS,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${outputFile}`,
  ];
  try {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.on('data', (chunk: Buffer) => process.stderr.write(chunk));
    await once(child, 'exit');
    const { testResults } = Report.parse(JSON.parse(await readFile(outputFile, 'utf8')));
    const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
    const failures = tests.filter(({ status }) => status !== 'passed').map(({ fullName }) => fullName);
    const measured = Object.assign({}, ...tests.map(({ meta }) => meta?.figures ?? {})) as Record<
      string,
      number
    >;
    const figures = { tests: tests.length, passed: tests.length - failures.length, ...measured };
    if (tests.length === 0) failures.push('no test ran');
    say(`proof: ${figures.passed} of ${figures.tests} tests pass`);
    return { ok: failures.length === 0, failures, figures };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
