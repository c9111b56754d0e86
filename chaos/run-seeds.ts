import { messageOf } from '@/domain/errors';
import type { ChaosOptions } from './options';
import { type ChaosReport, reportOf } from './report';
import { longPlan, type RunPlan, SHORT } from './run/plan';
import { realModel } from './run/real-model';
import { type RunResult, runOnce } from './run/run-once';
import { startWorld, type World } from './world/world';

/** The longest that one run acts; what is left goes to the next seed. */
const MAX_RUN_MINUTES = 5;

/** Runs one seed after the other. The world is kept from run to run as long as nothing is wrong with it. */
export async function runSeeds(options: ChaosOptions, say: (line: string) => void): Promise<ChaosReport> {
  const results: RunResult[] = [];
  const notes: string[] = [];
  const mode = options.isFresh ? 'fresh' : options.isBuilt ? 'built' : 'routes';
  let world: World | null = null;
  let leftMinutes = options.minutes;
  try {
    for (let index = 0; isNext(options, { index, leftMinutes }); index += 1) {
      const plan = planOf(leftMinutes);
      const seed = options.seed + index;
      world ??= await begin(mode, { say, isVerbose: options.isVerbose, notes });
      say(`seed ${seed}: ${plan.sessions.length} sessions, ${Math.round(plan.activityMs / 1_000)} s`);
      const evidence = options.evidence === null ? {} : { evidence: options.evidence };
      const result = await runOnce(world, { seed, plan, say, ...evidence });
      results.push(result);
      if (leftMinutes !== null) leftMinutes -= plan.activityMs / 60_000;
      if (result.findings.length === 0) continue;
      await world.stop();
      world = null;
    }
  } finally {
    await world?.stop().catch((error: unknown) => say(`stopping failed: ${messageOf(error)}`));
  }
  return reportOf(results, { mode, notes, command: (seed) => replayCommand(options, seed) });
}

/** Without a number of runs or minutes it is one. */
function isNext(
  { runs, minutes }: ChaosOptions,
  { index, leftMinutes }: { index: number; leftMinutes: number | null },
): boolean {
  if (runs !== null && index >= runs) return false;
  if (leftMinutes !== null) return leftMinutes > 0.2;
  return index < (runs ?? 1) || minutes !== null;
}

function planOf(leftMinutes: number | null): RunPlan {
  return leftMinutes === null ? SHORT : longPlan(Math.min(leftMinutes, MAX_RUN_MINUTES));
}

async function begin(
  mode: ChaosReport['mode'],
  given: { say: (line: string) => void; isVerbose: boolean; notes: string[] },
): Promise<World> {
  const { say, isVerbose, notes } = given;
  const startedMs = Date.now();
  const world = await startWorld({ app: mode, say: isVerbose ? say : () => undefined });
  world.model.script(realModel);
  const note = 'SKIPPED: disk full, since mounting a small disk is not allowed here';
  if (!world.sandboxes.hasSmallDisk && !notes.includes(note)) notes.push(note);
  say(`up after ${((Date.now() - startedMs) / 1_000).toFixed(1)} s`);
  return world;
}

/** Chance is the same again; what the machine makes of it need not be. */
function replayCommand({ minutes, isFresh, isBuilt }: ChaosOptions, seed: number): string {
  const words = [
    `--seed ${seed}`,
    ...(minutes === null ? [] : [`--minutes ${Math.min(minutes, MAX_RUN_MINUTES)}`]),
    ...(isFresh ? ['--fresh'] : []),
    ...(isBuilt ? ['--built'] : []),
  ];
  return `npm run chaos -- ${words.join(' ')} --evidence <folder>`;
}
