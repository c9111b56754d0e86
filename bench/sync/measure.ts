import type { BenchContext } from '../lib/bench';
import type { Latency } from '../lib/latency';
import { type FanOut, measureFanOut } from './fan-out';
import { fillDatabase, type Ingest, measureIngest, measureSingles } from './ingest';
import { type LateJoin, measureLateJoin } from './late-join';
import { type MachineLimits, measureLimits } from './limits';
import { type LiveTextFigures, measureLiveText } from './live-text';
import type { SyncOptions } from './options';
import { measurePromptPath } from './prompt-path';
import type { SyncSetting } from './setting';

export interface SyncFigures {
  limits: MachineLimits;
  /** One event at a time, before and after a million others were there. */
  singles: { others: number; before: Latency; after: Latency };
  fanOut: FanOut[];
  liveText: LiveTextFigures[];
  prompt: { ours: Latency; reference: Latency };
  ingest: Ingest[];
  joins: LateJoin[];
}

const SINGLES = 400;

/** All of it, one after the other; what comes after the first measurements finds a full log. */
export async function measureSync(
  setting: SyncSetting,
  options: SyncOptions,
  say: BenchContext['say'],
): Promise<SyncFigures> {
  say('bench: what this machine does by itself');
  const limits = await measureLimits(setting.stage.databaseUrl);
  say('bench: intake with an empty log, and with a full one');
  const before = await measureSingles(setting, SINGLES);
  await fillDatabase(setting, options.fill);
  const after = await measureSingles(setting, SINGLES);
  say('bench: a prompt’s way to the sandbox');
  const prompt = await measurePromptPath(setting);
  say('bench: intake by one session, and by twenty');
  const ingest = [
    await measureIngest(setting, { sessions: 1, batches: 100 }),
    await measureIngest(setting, { sessions: 20, batches: 5 }),
  ];
  say('bench: late joins');
  const joins: LateJoin[] = [];
  for (const events of [100, 1_000, 10_000]) joins.push(await measureLateJoin(setting, events));
  const liveText: LiveTextFigures[] = [];
  for (const clients of [0, 1, 10, 50]) {
    say(`bench: live text to ${clients} clients`);
    const seconds = clients === 50 ? options.textSeconds : Math.min(10, options.textSeconds);
    liveText.push(await measureLiveText(setting, { clients, seconds }));
  }
  const fanOut: FanOut[] = [];
  for (const clients of options.clients) {
    for (const perSecond of [20, 100]) {
      say(`bench: ${perSecond} events a second to ${clients} clients`);
      fanOut.push(await measureFanOut(setting, { clients, perSecond, seconds: options.seconds }));
    }
  }
  const singles = { others: options.fill, before, after };
  return { limits, singles, fanOut, liveText, prompt, ingest, joins };
}
