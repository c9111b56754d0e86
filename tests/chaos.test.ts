// Sessions full of people under faults: `npm run chaos`, as anybody would run it. What it counts must be 0, and it must
// have done what it says, since a run in which nothing happened finds nothing.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FUNCTION_FAULTS, NETWORK_FAULTS, PROCESS_FAULTS } from '../chaos/faults/tally';

const NONE = { lost: 0, doubled: 0, rerun: 0, unfinished: 0, diverged: 0, stuck: 0 };

const Report = z.looseObject({
  ok: z.boolean(),
  counts: z.record(z.string(), z.number()),
  faults: z.record(z.string(), z.number()),
  volume: z.object({ events: z.number(), prompts: z.number(), realTurns: z.number() }),
  notes: z.array(z.string()),
});
type Report = z.infer<typeof Report>;

const SelfTest = z.object({
  ok: z.boolean(),
  bugs: z.array(z.looseObject({ fault: z.string(), caughtBy: z.array(z.string()) })),
});

/** Runs it to its end; what it said for people is the message of whatever fails. */
async function chaos(...args: string[]): Promise<{ answer: unknown; said: string }> {
  const child = spawn('npm', ['run', '-s', 'chaos', '--', ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [answer, said] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(answer, said).not.toBe('');
  return { answer: JSON.parse(answer), said };
}

function expectNothingWrong({ counts, ok }: Report, said: string): void {
  expect(counts, said).toEqual(NONE);
  expect(ok, said).toBe(true);
}

/** A disk is filled only where a small one may be mounted; then the report says so. */
function injectable({ notes }: Report): readonly string[] {
  const hasSmallDisk = !notes.some((note) => note.startsWith('SKIPPED: disk full'));
  return [...PROCESS_FAULTS, ...NETWORK_FAULTS].filter((kind) => kind !== 'disk full' || hasSmallDisk);
}

function missing({ faults }: Report, kinds: readonly string[]): string[] {
  return kinds.filter((kind) => (faults[kind] ?? 0) === 0);
}

describe('chaos', () => {
  it('half a minute with every kind of fault leaves nothing wrong', async () => {
    const { answer, said } = await chaos('--seed', '4711');
    const report = Report.parse(answer);
    expectNothingWrong(report, said);
    expect(missing(report, injectable(report)), said).toEqual([]);
    expect(report.volume.realTurns, said).toBeGreaterThanOrEqual(2);
    expect(report.volume.prompts, said).toBeGreaterThanOrEqual(12);
    // As much as a slow machine gets done in that time; a quick one has some 700.
    expect(report.volume.events, said).toBeGreaterThanOrEqual(150);
  });
});

describe.runIf(process.env['LONG'] === '1')('chaos at length', () => {
  it(
    'five minutes of the production build',
    async () => {
      const { answer, said } = await chaos('--seed', '815', '--minutes', '5', '--built');
      const report = Report.parse(answer);
      expectNothingWrong(report, said);
      expect(missing(report, injectable(report)), said).toEqual([]);
      expect(report.volume.realTurns, said).toBeGreaterThanOrEqual(20);
    },
    25 * 60_000,
  );

  it(
    'four minutes of the production build as many short-lived processes',
    async () => {
      const { answer, said } = await chaos('--seed', '816', '--minutes', '4', '--fresh');
      const report = Report.parse(answer);
      expectNothingWrong(report, said);
      expect(missing(report, FUNCTION_FAULTS), said).toEqual([]);
      expect(report.volume.realTurns, said).toBeGreaterThanOrEqual(20);
    },
    25 * 60_000,
  );

  it(
    'a bug that is planted for each kind of fault is caught',
    async () => {
      const { answer, said } = await chaos('--self-test');
      const { bugs, ok } = SelfTest.parse(answer);
      expect(
        bugs.filter(({ caughtBy }) => caughtBy.length === 0),
        said,
      ).toEqual([]);
      expect(ok, said).toBe(true);
    },
    40 * 60_000,
  );
});
