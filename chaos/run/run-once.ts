import type { LoggedEvent } from '@/domain/events/logged-event';
import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Counter, countFindings, type Finding } from '../count/finding';
import type { StoredSession } from '../count/server-log';
import { Dice } from '../dice';
import { Injector } from '../faults/injector';
import { planFaults } from '../faults/process-faults';
import { type FaultKind, FaultTally } from '../faults/tally';
import { CALM, Weather } from '../network/weather';
import type { World } from '../world/world';
import { audit } from './audit';
import { keepEvidence } from './keep-evidence';
import type { RunPlan } from './plan';
import { type Changes, closeSession, letWatchersIn, openSession, type RunSession } from './session';
import { settle } from './settle';

export interface RunResult {
  seed: number;
  counts: Record<Counter, number>;
  findings: Finding[];
  faults: Partial<Record<FaultKind, number>>;
  /** What the run was made of. */
  volume: {
    events: number;
    prompts: number;
    realTurns: number;
    /** How often a sandbox was put to sleep. */
    sleeps: number;
    turns: Record<string, number>;
    commands: number;
  };
  settledMs: number;
}

export interface RunGiven {
  seed: number;
  plan: RunPlan;
  changes?: Changes;
  /** Where the story of a session with findings is written down. */
  evidence?: string;
  say: (line: string) => void;
}

/** One seed: people act under faults, then all of it comes to rest and is counted. */
export async function runOnce(world: World, given: RunGiven): Promise<RunResult> {
  const { seed, plan, changes = {}, say } = given;
  const dice = new Dice(seed);
  const tally = new FaultTally();
  const weather = new Weather(new Dice(dice.whole(0, 2 ** 31)), tally, plan.networkFaults);
  const remove = [
    world.appProxy.intercept(weather.requests),
    world.realtimeProxy.http.intercept(weather.requests),
  ];
  world.realtimeProxy.fate = weather.fate;
  world.functions.onFault = (kind) => tally.note(kind);
  const run = `${seed.toString(36)}-${Date.now().toString(36).slice(-4)}`;
  const sessions = await Promise.all(
    plan.sessions.map((_, index) =>
      openSession(world, { plan, index, run, dice: new Dice(dice.whole(0, 2 ** 31)), changes }),
    ),
  );
  const sweeping = sweepOften(world, sessions, plan.sweepEveryMs);
  try {
    await act(world, { sessions, plan, dice, tally, weather, changes });
    const restMs = Date.now();
    const restless = await settle(world, sessions, { settleMs: plan.settleMs, say });
    const settledMs = Date.now() - restMs;
    say(
      `came to rest after ${(settledMs / 1_000).toFixed(1)} s${restless.size > 0 ? `; ${restless.size} did not` : ''}`,
    );
    const audited = [];
    for (const session of sessions) {
      const each = await audit(world, session, restless.get(session));
      audited.push(each);
      const { evidence } = given;
      if (evidence !== undefined && each.findings.length > 0)
        keepEvidence(evidence, { world, session, ...each });
    }
    const findings = audited.flatMap((each) => each.findings);
    const volume = volumeOf(
      sessions,
      audited.map(({ stored }) => stored),
    );
    return { seed, counts: countFindings(findings), findings, faults: tally.counts(), volume, settledMs };
  } finally {
    sweeping.abort();
    for (const session of sessions) closeSession(session);
    for (const each of remove) each();
    world.realtimeProxy.fate = ({ frame }, send) => send(frame);
  }
}

interface Acting {
  sessions: readonly RunSession[];
  plan: RunPlan;
  dice: Dice;
  tally: FaultTally;
  weather: Weather;
  changes: Changes;
}

/** People and faults, side by side; at the end everything works again. */
async function act(world: World, { sessions, plan, dice, tally, weather, changes }: Acting): Promise<void> {
  const { activityMs, faultEveryMs, maxFreezeMs, processFaults } = plan;
  const untilMs = Date.now() + activityMs;
  const over = new AbortController();
  const injector = new Injector(world, { sessions }, tally);
  const kinds = processFaults.filter((kind) => kind !== 'disk full' || world.sandboxes.hasSmallDisk);
  const faults = planFaults(dice, {
    ...{ durationMs: activityMs, everyMs: faultEveryMs, kinds, maxForMs: maxFreezeMs },
  });
  const changing = changeWeather(weather, {
    plan,
    dice: new Dice(dice.whole(0, 2 ** 31)),
    over: over.signal,
  });
  const injecting = injector.run(faults, over.signal);
  await Promise.all([
    ...sessions.map(({ script }) => script.run(untilMs)),
    ...sessions.map((session) =>
      letWatchersIn(world, session, { plan, dice: new Dice(dice.whole(0, 2 ** 31)), changes, untilMs }),
    ),
  ]);
  over.abort();
  await Promise.all([changing, injecting]);
  injector.heal();
  weather.severity = CALM;
  // Of the real agent some turns are wanted however slow the machine is.
  for (const { script, agent } of sessions) script.withdrawWaiting({ butFor: agent === 'real' ? 3 : 0 });
  rmSync(world.clockFiles.app, { force: true });
}

/** Fair, bad and stormy by turns. */
async function changeWeather(
  weather: Weather,
  { plan, dice, over }: { plan: RunPlan; dice: Dice; over: AbortSignal },
): Promise<void> {
  const { requests, publishes, messages } = plan.severity;
  while (!over.aborted) {
    const share = dice.pick([0.1, 0.4, 0.4, 1]);
    weather.severity = {
      ...{ requests: requests * share, publishes: publishes * share, messages: messages * share },
    };
    await delay(dice.between(500, 2_500), undefined, { signal: over }).catch(() => undefined); // the loop looks at it
  }
}

/** As whoever runs the deployment does it, past the bad network. */
function sweepOften(world: World, sessions: readonly RunSession[], everyMs: number): AbortController {
  const over = new AbortController();
  void (async () => {
    while (!over.signal.aborted) {
      await delay(everyMs, undefined, { signal: over.signal }).catch(() => undefined); // the loop looks at it
      await world.sweep().catch(() => undefined); // the next one finds the same rows
      for (const { id } of sessions) await world.sweep(id).catch(() => undefined);
    }
  })();
  return over;
}

function isSleep({ event }: LoggedEvent): boolean {
  return event.kind === 'sandbox.phase' && event.phase === 'asleep';
}

function volumeOf(sessions: readonly RunSession[], stored: readonly StoredSession[]): RunResult['volume'] {
  const turns: Record<string, number> = {};
  let realTurns = 0;
  for (const [index, { events }] of stored.entries()) {
    for (const { event } of events) {
      if (event.kind !== 'prompt.finished') continue;
      turns[event.outcome] = (turns[event.outcome] ?? 0) + 1;
      if (sessions[index]?.agent === 'real' && event.turnId !== null) realTurns += 1;
    }
  }
  return {
    events: stored.reduce((sum, { events }) => sum + events.length, 0),
    prompts: sessions.reduce((sum, { script }) => sum + script.markers.size, 0),
    commands: sessions.reduce(
      (sum, { hands }) => sum + hands.reduce((count, { wishes }) => count + wishes.length, 0),
      0,
    ),
    realTurns,
    sleeps: stored.flatMap(({ events }) => events.filter(isSleep)).length,
    turns,
  };
}
