import { setTimeout as delay } from 'node:timers/promises';
import { PartId } from '@/domain/ids';
import { DeltasMessage, SESSION_MESSAGES } from '@/domain/wire/realtime';
import { deltaWindowMs, LiveText } from '../../sandbox/bridge/live-text';
import { type Latency, latencyOf } from '../lib/latency';
import { rounded } from '../lib/statistics';
import { runningSession, type SyncSetting, watchSession } from './setting';
import type { OnMessage } from './watchers';

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
  /** Sync calls, Realtime messages on the channel and writes of stored text, for each 1,000 pieces. */
  callsPer1000: number;
  messagesPer1000: number;
  rowsPer1000: number;
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
  const onMessage: OnMessage = (event, data, atMs) => {
    if (event !== SESSION_MESSAGES.deltas) return;
    for (const { offset, text } of DeltasMessage.parse(JSON.parse(data)).deltas) {
      const first = Math.ceil(offset / PIECE.length);
      const end = Math.floor((offset + text.length) / PIECE.length);
      for (let piece = first; piece < end; piece += 1) took.push(atMs - (bornAt[piece] ?? atMs));
    }
  };
  const watchers = await watchSession(setting, session, { count: clients, onMessage });
  // The realtime server tells of the first and the last one by itself; a browser's counting is played here.
  await setting.stage.deps.db.session.update({
    where: { id: session.sessionId },
    data: { watchers: clients },
  });
  const windowMs = deltaWindowMs(clients, true);
  const total = seconds * PER_SECOND;
  const messagesBefore = watchers[0]?.messages ?? 0;
  const { calls, rows } = await write({ ...session, partId, bornAt, total, windowMs });
  for (let last = -1; took.length < total * clients && last !== took.length;) {
    last = took.length;
    await delay(2_000);
  }
  const bytes = Math.max(0, ...watchers.map((watcher) => watcher.bytes));
  const messages = (watchers[0]?.messages ?? 0) - messagesBefore;
  const stored = await setting.stage.deps.db.partText.findFirst({ where: { sessionId: session.sessionId } });
  if (stored?.length !== total * PIECE.length) throw new Error('The stored text is not what was written.');
  for (const watcher of watchers) watcher.close();
  const fifth = Math.floor(took.length / 5);
  const ofPart = (from: number): number => latencyOf(took.slice(from, from + fifth)).p50;
  const per1000 = (count: number): number => rounded((count / total) * 1_000);
  return {
    ...{ clients, seconds, windowMs: windowMs ?? 0, delay: latencyOf(took) },
    growth: rounded(ofPart(took.length - fifth) / ofPart(0)),
    lost: total * clients - took.length,
    bytesPerClient: bytes,
    bytesRatio: rounded(bytes / (total * PIECE.length)),
    callsPer1000: per1000(calls),
    messagesPer1000: per1000(messages),
    rowsPer1000: per1000(rows),
  };
}

type Writing = Awaited<ReturnType<typeof runningSession>> & {
  partId: PartId;
  /** When each piece came from the model. */
  bornAt: number[];
  total: number;
  /** Null while nobody watches. */
  windowMs: number | null;
};

/** Writes in the rhythm of a bridge's loop; how many sync calls and stored checkpoints it took. */
async function write({
  bridge,
  turnId,
  partId,
  bornAt,
  total,
  windowMs,
}: Writing): Promise<{ calls: number; rows: number }> {
  const live = new LiveText();
  const startedAt = performance.now();
  const done = { calls: 0, rows: 0 };
  for (let [sent, lastSyncMs] = [0, 0]; ;) {
    for (; sent < total && startedAt + (sent * 1_000) / PER_SECOND <= performance.now(); sent += 1) {
      bornAt.push(startedAt + (sent * 1_000) / PER_SECOND);
      live.append(turnId, partId, PIECE);
    }
    const dueAtMs = live.dueAtMs(lastSyncMs, windowMs);
    if (dueAtMs === null && sent === total) return done;
    if (dueAtMs === null || dueAtMs > performance.now()) {
      await delay(Math.min(10, Math.max(1, (dueAtMs ?? 0) - performance.now())));
      continue;
    }
    if (windowMs === null) live.skipDeltas();
    const deltas = windowMs === null ? [] : live.deltas();
    const { all: checkpoints } = live.checkpoints(performance.now());
    await bridge.sync({ deltas, checkpoints });
    lastSyncMs = performance.now();
    live.confirmDeltas();
    live.confirmCheckpoints();
    done.calls += 1;
    done.rows += checkpoints.length;
  }
}
