import { NETWORK_FAULTS, type NetworkFault, PROCESS_FAULTS, type ProcessFault } from '../faults/tally';
import type { Severity } from '../network/weather';

/** What one run does: together with the seed it says everything that depends on us. */
export interface RunPlan {
  /** How long people act and faults happen. */
  activityMs: number;
  /** How long nothing may move afterwards before a session counts as stuck. */
  settleMs: number;
  sessions: readonly { agent: 'replayed' | 'real'; prompts: number }[];
  /** Clients on each session, beside its projector. */
  watchers: number;
  /** How many sessions a terminal is attached to. */
  terminals: number;
  processFaults: readonly ProcessFault[];
  networkFaults: readonly NetworkFault[];
  faultEveryMs: number;
  /** The longest that a process stands still. */
  maxFreezeMs: number;
  /** The worst of the network; the weather changes all the time. */
  severity: Severity;
  /** How often the app is told to look after each session, as production's scheduler does each minute. */
  sweepEveryMs: number;
}

const WORST: Severity = { requests: 0.2, publishes: 0.25, messages: 0.5 };

/** Half a minute in which each kind of fault happens at least once. */
export const SHORT: RunPlan = {
  activityMs: 30_000,
  settleMs: 45_000,
  sessions: [
    { agent: 'real', prompts: 6 },
    { agent: 'replayed', prompts: 16 },
    { agent: 'replayed', prompts: 16 },
  ],
  watchers: 3,
  terminals: 1,
  processFaults: PROCESS_FAULTS,
  networkFaults: NETWORK_FAULTS,
  faultEveryMs: 1_300,
  maxFreezeMs: 2_500,
  severity: WORST,
  sweepEveryMs: 2_000,
};

/** Minutes, with at least ten turns of the real agent in each, longer freezes, and sweeps as seldom as on one machine. */
export function longPlan(minutes: number): RunPlan {
  const of = (agent: 'replayed' | 'real', perMinute: number) => ({
    agent,
    prompts: Math.ceil(minutes * perMinute),
  });
  return {
    ...SHORT,
    activityMs: minutes * 60_000,
    settleMs: 150_000,
    sessions: [of('real', 8), of('real', 8), of('replayed', 20), of('replayed', 20), of('replayed', 20)],
    watchers: 4,
    terminals: 2,
    faultEveryMs: 3_500,
    maxFreezeMs: 12_000,
    sweepEveryMs: 15_000,
  };
}
