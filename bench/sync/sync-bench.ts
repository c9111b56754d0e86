// How fast everybody sees what happens: fan-out, intake, prompts, live text, late joins, each beside the machine's own
// limits in the same run and beside a bare server that does only what can't be left out. The targets are ratios.
import { parseArgs } from 'node:util';
import { PUSHER_APP } from '@/embedded/stack/app-environment';
import { newToken } from '@/services/auth/secrets';
import { newCast } from '../../scripts/shots/stage/cast';
import { openStage } from '../../scripts/shots/stage/open-stage';
import { atMost, type Bench, type BenchContext, type Target } from '../lib/bench';
import type { Latency } from '../lib/latency';
import { type FanOut, measureFanOut } from './fan-out';
import { fillDatabase, type Ingest, measureIngest, measureSingles } from './ingest';
import { type LateJoin, measureLateJoin } from './late-join';
import { type MachineLimits, measureLimits } from './limits';
import { type LiveTextFigures, measureLiveText } from './live-text';
import { measurePromptPath } from './prompt-path';
import { startReference } from './reference';
import type { SyncSetting } from './setting';

interface Options {
  clients: number[];
  seconds: number;
  textSeconds: number;
  fill: number;
}

function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      clients: { type: 'string', default: '1,10,50,500' },
      seconds: { type: 'string', default: '10' },
      'text-seconds': { type: 'string', default: '60' },
      fill: { type: 'string', default: '1000000' },
    },
  });
  return {
    clients: values.clients.split(',').map(Number),
    seconds: Number(values.seconds),
    textSeconds: Number(values['text-seconds']),
    fill: Number(values.fill),
  };
}

interface Figures {
  limits: MachineLimits;
  fanOut: FanOut[];
  liveText: LiveTextFigures;
  prompt: { ours: Latency; reference: Latency };
  ingest: Ingest[];
  joins: LateJoin[];
  /** One event at a time, before and after a million others were there. */
  singles: { before: Latency; after: Latency };
}

export const syncBench: Bench = {
  run: async ({ args, say }) => {
    const options = readOptions(args);
    const stage = await openStage({ dataFolder: null, app: 'built', say });
    const { port } = stage.realtime;
    const app = { port, appId: PUSHER_APP.id, key: PUSHER_APP.key, secret: stage.realtime.secret };
    const reference = await startReference({ databaseUrl: stage.databaseUrl, realtime: app });
    try {
      const cast = await newCast(stage);
      const { token, prefix, hash } = newToken();
      const userId = cast.people.ada.person.id;
      await stage.deps.db.apiToken.create({
        data: { userId, name: 'bench', hash, prefix, kind: 'personal' },
      });
      const socketUrl = `ws://127.0.0.1:${port}/app/${PUSHER_APP.key}?protocol=7&client=bench&version=1`;
      const figures = await measure({ stage, cast, reference, socketUrl, token }, options, say);
      return { bench: 'sync', figures: { ...figures }, targets: targetsOf(figures) };
    } finally {
      await reference.close();
      await stage.close();
    }
  },
};

async function measure(setting: SyncSetting, options: Options, say: BenchContext['say']): Promise<Figures> {
  say('bench: what this machine does by itself');
  const limits = await measureLimits(setting.stage.databaseUrl);
  const fanOut: FanOut[] = [];
  for (const clients of options.clients) {
    for (const perSecond of [20, 100]) {
      say(`bench: ${perSecond} events a second to ${clients} clients`);
      fanOut.push(await measureFanOut(setting, { clients, perSecond, seconds: options.seconds }));
    }
  }
  say('bench: live text to 50 clients');
  const liveText = await measureLiveText(setting, { clients: 50, seconds: options.textSeconds });
  say('bench: a prompt’s way to the sandbox');
  const prompt = await measurePromptPath(setting);
  say('bench: intake by one session, and by twenty');
  const ingest = [
    await measureIngest(setting, { sessions: 1, batches: 50 }),
    await measureIngest(setting, { sessions: 20, batches: 5 }),
  ];
  say('bench: late joins');
  const joins: LateJoin[] = [];
  for (const events of [100, 1_000, 10_000]) joins.push(await measureLateJoin(setting, events));
  say('bench: intake with an empty log, and with a full one');
  const before = await measureSingles(setting, 400);
  await fillDatabase(setting, options.fill);
  const after = await measureSingles(setting, 400);
  return { limits, fanOut, liveText, prompt, ingest, joins, singles: { before, after } };
}

/** What the product promises, as ratios in this one run. */
function targetsOf({ limits, fanOut, liveText, prompt, ingest, joins, singles }: Figures): Target[] {
  const at50 = fanOut.find(({ clients, perSecond }) => clients === 50 && perSecond === 20);
  const [first, , last] = joins;
  const machineMs = limits.http.p50 + limits.commit.p50 + limits.socket.p50;
  const times = (name: string, given: { value: number; of: number; limit: number }): Target =>
    atMost(name, { value: given.value / given.of, limit: given.limit, unit: 'times' });
  return [
    ...(at50
      ? [times('a tool event at 50 clients, p95', { value: at50.ours.p95, of: at50.reference.p95, limit: 2 })]
      : []),
    ...ingest.map(({ sessions, perSecond, referencePerSecond }) =>
      times(`intake by ${sessions}, the reference’s events a second`, {
        ...{ value: referencePerSecond, of: perSecond, limit: 2 },
      }),
    ),
    times('prompt to bridge, p95', { value: prompt.ours.p95, of: prompt.reference.p95, limit: 2 }),
    atMost('live text at 50 clients, p95', {
      ...{ value: liveText.delay.p95, limit: liveText.windowMs + 4 * machineMs, unit: 'ms' },
    }),
    atMost('live text lost', { value: liveText.lost, limit: 0, unit: 'pieces' }),
    atMost('growth of its delay', { value: liveText.growth, limit: 1.2, unit: 'times' }),
    atMost('bytes to a client for each of text', { value: liveText.bytesRatio, limit: 3, unit: 'bytes' }),
    ...(first && last
      ? [
          times('first page of 10,000 beside 100', {
            value: last.firstPageMs,
            of: first.firstPageMs,
            limit: 1.5,
          }),
          times('the whole log beside the reference', {
            value: last.wholeLogMs,
            of: last.referenceMs,
            limit: 3,
          }),
        ]
      : []),
    times('intake p95 with a full log', { value: singles.after.p95, of: singles.before.p95, limit: 1.2 }),
    atMost('events lost on their way', {
      value: fanOut.reduce((sum, { ours }) => sum + ours.lost, 0),
      ...{ limit: 0, unit: 'events' },
    }),
  ];
}
