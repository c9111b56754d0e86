// npm run chaos: sessions full of people under faults, and what came of them. The six counts must be 0.
import { randomInt } from 'node:crypto';
import { messageOf } from '@/domain/errors';
import { type ChaosOptions, readOptions, USAGE } from './options';
import { wordsOf } from './report';
import { selfTest, wordsOfSelfTest } from './run/self-test';
import { runSeeds } from './run-seeds';

const startedMs = Date.now();
const say = (line: string): void => {
  process.stderr.write(`${((Date.now() - startedMs) / 1_000).toFixed(1).padStart(6)} ${line}\n`);
};

function read(): ChaosOptions {
  try {
    return readOptions(process.argv.slice(2), randomInt(1, 1_000_000));
  } catch (error) {
    process.stderr.write(`chaos: ${messageOf(error)}\n${USAGE}\n`);
    process.exit(2);
  }
}

async function plant({ seed, only, isVerbose, asJson }: ChaosOptions): Promise<boolean> {
  const report = await selfTest({ seed, only, say, hear: isVerbose ? say : () => undefined });
  process.stderr.write(`${wordsOfSelfTest(report)}\n`);
  if (asJson) process.stdout.write(`${JSON.stringify(report)}\n`);
  return report.ok;
}

async function run(options: ChaosOptions): Promise<boolean> {
  if (options.isSelfTest) return plant(options);
  const report = await runSeeds(options, say);
  process.stderr.write(`${wordsOf(report)}\n`);
  if (options.asJson) process.stdout.write(`${JSON.stringify(report)}\n`);
  return report.ok;
}

const isOk = await run(read()).catch((error: unknown) => {
  process.stderr.write(`chaos: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return false;
});
process.exit(isOk ? 0 : 1);
