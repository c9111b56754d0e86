import { setTimeout as delay } from 'node:timers/promises';
import { PartId } from '@/domain/ids';
import { DeltasMessage, SESSION_MESSAGES } from '@/domain/wire/realtime';
import { deltaWindowMs, LiveText } from '../../sandbox/bridge/live-text';
import { type Latency, latencyOf } from '../lib/latency';
import { rounded } from '../lib/statistics';
import { runningSession, type SyncSetting, watchSession } from './setting';

export interface LiveTextFigures {
  clients: number;
  seconds: number;
  windowMs: number;
  /** From a piece's coming from the model to its being at a client. */
  delay: Latency;
  /** The median delay of the last fifth, beside that of the first: 1 when it does not grow. */
  growth: number;
  lost: number;
  bytesPerClient: number;
  /** Bytes sent to a client for each byte of text. */
  bytesRatio: number;
  /** Sync calls, each with one Pusher message and at most one durable write, for each 1,000 pieces. */
  callsPer1000: number;
}

const PER_SECOND = 100;
const PIECE = 'words of it ';

/** A model that writes 100 pieces a second, sent in the windows and checkpoints in which a bridge sends them. */
export async function measureLiveText(
  setting: SyncSetting,
  { clients, seconds }: { clients: number; seconds: number },
): Promise<LiveTextFigures> {
  const session = await runningSession(setting);
  const partId = PartId.parse('prt_live');
  await session.bridge.sync({
    events: [{ kind: 'part.started', turnId: session.turnId, partId, part: { type: 'text' } }],
  });
  const bornAt: number[] = [];
  const took: number[] = [];
  const [ends, watchers] = [new Map<number, number>(), [] as { bytes: number; close(): void }[]];
  const onMessage = (index: number) => (event: string, data: string, atMs: number) => {
    if (event !== SESSION_MESSAGES.deltas) return;
    for (const { offset, text } of DeltasMessage.parse(JSON.parse(data)).deltas) {
      const first = Math.ceil(offset / PIECE.length);
      const end = Math.floor((offset + text.length) / PIECE.length);
      for (let piece = first; piece < end; piece += 1) took.push(atMs - (bornAt[piece] ?? atMs));
      ends.set(index, Math.max(ends.get(index) ?? 0, end));
    }
  };
  for (let index = 0; index < clients; index += 1) {
    watchers.push(...(await watchSession(setting, session, { count: 1, onMessage: onMessage(index) })));
  }
  await setting.stage.deps.db.session.update({
    where: { id: session.sessionId },
    data: { watchers: clients },
  });
  const windowMs = deltaWindowMs(clients, true) ?? 0;
  const total = seconds * PER_SECOND;
  const calls = await write({ ...session, partId, bornAt, total, windowMs });
  for (let last = -1; took.length < total * clients && last !== took.length;) {
    last = took.length;
    await delay(2_000);
  }
  const bytes = Math.max(...watchers.map((watcher) => watcher.bytes));
  for (const watcher of watchers) watcher.close();
  const fifth = Math.floor(took.length / 5);
  const ofPart = (from: number): number => latencyOf(took.slice(from, from + fifth)).p50;
  return {
    ...{ clients, seconds, windowMs, delay: latencyOf(took) },
    growth: rounded(ofPart(took.length - fifth) / ofPart(0)),
    lost: total * clients - took.length,
    bytesPerClient: bytes,
    bytesRatio: rounded(bytes / (total * PIECE.length)),
    callsPer1000: rounded((calls / total) * 1_000),
  };
}

type Writing = Awaited<ReturnType<typeof runningSession>> & {
  partId: PartId;
  /** When each piece came from the model. */
  bornAt: number[];
  total: number;
  windowMs: number;
};

/** Answers how many sync calls it took. */
async function write({ bridge, turnId, partId, bornAt, total, windowMs }: Writing): Promise<number> {
  const live = new LiveText();
  const startedAt = performance.now();
  let calls = 0;
  for (let sent = 0; sent < total || live.dueAtMs(0, windowMs) !== null;) {
    for (; sent < total && startedAt + (sent * 1_000) / PER_SECOND <= performance.now(); sent += 1) {
      bornAt.push(startedAt + (sent * 1_000) / PER_SECOND);
      live.append(turnId, partId, PIECE);
    }
    const [deltas, { all: checkpoints }] = [live.deltas(), live.checkpoints(Date.now())];
    if (deltas.length + checkpoints.length > 0) {
      await bridge.sync({ deltas, checkpoints });
      live.confirmDeltas();
      live.confirmCheckpoints();
      calls += 1;
    }
    await delay(windowMs);
  }
  return calls;
}
