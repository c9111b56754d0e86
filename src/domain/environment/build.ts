import { z } from 'zod';
import { Reason, type SandboxPhase } from '../events/session-event';

/** Why an environment was built: somebody asked, the branch moved, or it was time to look. */
export const BuildTrigger = z.enum(['person', 'push', 'schedule']);
export type BuildTrigger = z.infer<typeof BuildTrigger>;

export const BuildState = z.enum(['building', 'ready', 'failed']);
export type BuildState = z.infer<typeof BuildState>;

/** One try to prebuild a repository's environment. */
export const EnvironmentBuild = z.object({
  /** Of the session whose sandbox builds. */
  id: z.uuid(),
  fingerprint: z.string(),
  branch: z.string(),
  commit: z.string().nullable(),
  trigger: BuildTrigger,
  state: BuildState,
  reason: Reason.nullable(),
  startedAt: z.date(),
  finishedAt: z.date().nullable(),
});
export type EnvironmentBuild = z.infer<typeof EnvironmentBuild>;

/** Failures in a row after which the same is not built again by itself; somebody can still ask for it. */
const MAX_BUILD_FAILURES = 3;

/** What the newest builds of a repository, newest first, say of one with this fingerprint that nobody asked for. */
export function isBuildDue(
  newest: readonly Pick<EnvironmentBuild, 'state' | 'fingerprint'>[],
  fingerprint: string,
): boolean {
  const same = newest.slice(0, MAX_BUILD_FAILURES).filter((build) => build.fingerprint === fingerprint);
  if (newest[0]?.fingerprint === fingerprint && newest[0].state === 'ready') return false;
  return same.length < MAX_BUILD_FAILURES || same.some(({ state }) => state !== 'failed');
}

const ENDED_EARLY: Reason = {
  code: 'build_failed',
  message: 'The sandbox that built it came to an early end.',
};
const NO_DISK: Reason = { code: 'disk_not_kept', message: 'The disk that it built could not be kept.' };

/**
 * How a build ended, from its sandbox's phase: null while it goes on. A disk on which the setup failed is of no use to
 * anybody. `setup`: why that failed; `end`: the reason that the newest phase gave.
 */
export function buildOutcome(seen: {
  phase: SandboxPhase | 'none';
  isDiskKept: boolean;
  setup: Reason | null;
  end: Reason | null;
}): { state: 'ready' } | { state: 'failed'; reason: Reason } | null {
  const { phase, isDiskKept, setup, end } = seen;
  switch (phase) {
    case 'asleep':
      if (setup) return { state: 'failed', reason: setup };
      return isDiskKept ? { state: 'ready' } : { state: 'failed', reason: NO_DISK };
    case 'failed':
    case 'lost':
    case 'ended':
      return { state: 'failed', reason: end ?? ENDED_EARLY };
    default:
      return null;
  }
}
