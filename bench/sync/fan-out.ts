import { setTimeout as delay } from 'node:timers/promises';
import { TurnId } from '@/domain/ids';
import { type Latency, latencyOf } from '../lib/latency';
import { rounded } from '../lib/statistics';
import { appendBare, runningSession, type SyncSetting, watchBare, watchSession } from './setting';
import type { Watcher } from './watchers';
import { toolEvent } from './wire';

/** `messagesPerEvent` is what each client is sent. */
export type FanOutSide = Latency & { lost: number; messagesPerEvent: number };

export interface FanOut {
  clients: number;
  perSecond: number;
  ours: FanOutSide;
  reference: FanOutSide;
}

const SENT_AT = /t=(\d+\.\d+)/g;

/** From the moment in which a tool's event is sent to that in which a client has it; each client counts. */
export async function measureFanOut(
  setting: SyncSetting,
  load: { clients: number; perSecond: number; seconds: number },
): Promise<FanOut> {
  const ours = await ofOurs(setting, load);
  const reference = await ofReference(setting, load);
  return { clients: load.clients, perSecond: load.perSecond, ours, reference };
}

interface Load {
  clients: number;
  perSecond: number;
  seconds: number;
}

async function ofOurs(setting: SyncSetting, load: Load): Promise<FanOutSide> {
  const session = await runningSession(setting);
  return listen(load, {
    watch: (onMessage) => watchSession(setting, session, { count: load.clients, onMessage }),
    send: async (marks) => {
      await session.bridge.sync({ events: marks.map((mark) => toolEvent(session.turnId, mark)) });
    },
  });
}

async function ofReference(setting: SyncSetting, load: Load): Promise<FanOutSide> {
  const session = `fan-${load.clients}-${load.perSecond}-${performance.now()}`;
  return listen(load, {
    watch: (onMessage) => watchBare(setting, { session, count: load.clients, onMessage }),
    send: (marks) =>
      appendBare(setting, {
        session,
        events: marks.map((mark) => toolEvent(BARE_TURN, mark)),
        isTold: true,
      }),
  });
}

interface Path {
  watch: (onMessage: (event: string, data: string, atMs: number) => void) => Promise<Watcher[]>;
  /** Sends one event for each mark. */
  send: (marks: readonly string[]) => Promise<void>;
}

/** The reference does not look at it; it only makes its events as large as ours. */
const BARE_TURN = TurnId.parse('00000000-0000-4000-8000-000000000001');

async function listen({ clients, perSecond, seconds }: Load, { watch, send }: Path): Promise<FanOutSide> {
  const took: number[] = [];
  const watchers = await watch((_event, data, atMs) => {
    for (const [, sentAt] of data.matchAll(SENT_AT)) took.push(atMs - Number(sentAt));
  });
  const total = await sendSteadily({ perSecond, seconds }, send);
  await untilQuiet(took, total * clients);
  for (const watcher of watchers) watcher.close();
  const messagesPerEvent = rounded((watchers[0]?.messages ?? 0) / total);
  return { ...latencyOf(took), lost: total * clients - took.length, messagesPerEvent };
}

/** One event each time one is due; those that came due while the last was on its way go together, as a bridge sends. */
async function sendSteadily(
  { perSecond, seconds }: { perSecond: number; seconds: number },
  send: Path['send'],
): Promise<number> {
  const startedAt = performance.now();
  const total = perSecond * seconds;
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) * perSecond) / 1_000) + 1);
    const marks = Array.from({ length: due - sent }, (_, at) => {
      // Each is as old as the moment in which it was due.
      const dueAt = startedAt + ((sent + at) * 1_000) / perSecond;
      return `t=${dueAt.toFixed(3)}`;
    });
    if (marks.length > 0) await send(marks);
    else await delay(1);
    sent = due;
  }
  return total;
}

/** Until all is there, or nothing came for a while. */
async function untilQuiet(took: readonly number[], expected: number): Promise<void> {
  for (let last = -1; took.length < expected && took.length !== last;) {
    last = took.length;
    await delay(2_000);
  }
}
