import { cpuSecondsOf } from '../lib/cpu';
import { type Latency, latencyOf } from '../lib/latency';
import { rounded } from '../lib/statistics';
import { appendBare, runningSession, type SyncSetting } from './setting';
import { toolEvent } from './wire';

export interface Ingest {
  sessions: number;
  perSecond: number;
  referencePerSecond: number;
  /** Processor seconds of the whole stack for 1,000 events. */
  cpuPer1000: number;
  latency: Latency;
  referenceLatency: Latency;
}

const BATCH = 200;
/** The first ones find nothing warm. */
const WARM_UP = 150;

/** As many events as are taken in durably, in batches as large as a bridge may send, by one session or by several. */
export async function measureIngest(
  setting: SyncSetting,
  { sessions, batches }: { sessions: number; batches: number },
): Promise<Ingest> {
  const running = [];
  for (let n = 0; n < sessions; n += 1) running.push(await runningSession(setting));
  const cpuBefore = cpuSecondsOf(process.pid);
  const ours = await timed(running, batches, async ({ bridge, turnId }) => {
    await bridge.sync({ events: Array.from({ length: BATCH }, () => toolEvent(turnId, 'npm test')) });
  });
  const cpu = cpuSecondsOf(process.pid) - cpuBefore;
  const bare = await timed(running, batches, ({ sessionId: session, turnId }) =>
    appendBare(setting, {
      session,
      events: Array.from({ length: BATCH }, () => toolEvent(turnId, 'npm test')),
      isTold: true,
    }),
  );
  const total = sessions * batches * BATCH;
  return {
    sessions,
    perSecond: Math.round(total / ours.seconds),
    referencePerSecond: Math.round(total / bare.seconds),
    cpuPer1000: rounded((cpu / total) * 1_000),
    latency: latencyOf(ours.took),
    referenceLatency: latencyOf(bare.took),
  };
}

async function timed<T>(
  sessions: readonly T[],
  batches: number,
  send: (session: T) => Promise<void>,
): Promise<{ seconds: number; took: number[] }> {
  const took: number[] = [];
  const startedAt = performance.now();
  await Promise.all(
    sessions.map(async (session) => {
      for (let batch = 0; batch < batches; batch += 1) {
        const sentAt = performance.now();
        await send(session);
        took.push(performance.now() - sentAt);
      }
    }),
  );
  return { seconds: (performance.now() - startedAt) / 1_000, took };
}

/** How long one event takes to be stored, one after the other: what a full database must not change. */
export async function measureSingles(setting: SyncSetting, count: number): Promise<Latency> {
  const { bridge, turnId } = await runningSession(setting);
  const send = async (): Promise<void> => {
    await bridge.sync({ events: [toolEvent(turnId, 'npm test')] });
  };
  await timed([null], WARM_UP, send);
  return latencyOf((await timed([null], count, send)).took);
}

/** Fills the log with events of other sessions, by the database itself. */
export async function fillDatabase({ stage, cast }: SyncSetting, events: number): Promise<void> {
  const { db } = stage.deps;
  const perSession = 1_000;
  const sessions = Math.ceil(events / perSession);
  await db.$executeRaw`
    INSERT INTO session (id, team_id, repository_id, creator_id, title, base_branch, branch, model_id, state, last_seq)
    SELECT gen_random_uuid(), ${cast.teamId}::uuid, ${cast.repositoryId}::uuid, ${cast.people.ada.person.id}, 'filler',
      'main', 'filler', 'stand-in', '{}'::jsonb, ${perSession}::int FROM generate_series(1, ${sessions}::int)`;
  await db.$executeRaw`
    INSERT INTO event (session_id, seq, actor, kind, payload)
    SELECT session.id, n, '{"type":"agent"}'::jsonb, 'part.started',
      '{"turnId":"00000000-0000-4000-8000-000000000001","partId":"prt_x","part":{"type":"text"}}'::jsonb
    FROM session, generate_series(1, ${perSession}::int) AS n WHERE session.title = 'filler'`;
  // What Postgres would do about so many rows in its own time is done before anything is measured again.
  await db.$executeRawUnsafe('VACUUM ANALYZE event');
  await db.$executeRawUnsafe('CHECKPOINT');
}
