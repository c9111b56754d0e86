import { median, rounded } from '../lib/statistics';
import { longSession } from '../../scripts/shots/stories/long';
import { appendBare, type SyncSetting } from './setting';

export interface LateJoin {
  events: number;
  /** What opening the session takes: its newest page. */
  firstPageMs: number;
  firstPageBytes: number;
  wholeLogMs: number;
  wholeLogBytes: number;
  referenceMs: number;
}

const ROUNDS = 7;
const PAGE = 1_000;

/** Somebody who comes late: the first page, and the whole log, as a client asks for them. */
export async function measureLateJoin(setting: SyncSetting, events: number): Promise<LateJoin> {
  const { id: sessionId } = await longSession(setting, events);
  const ask = (path: string, input: object) => askApi(setting, path, input);
  const first = await repeated(() => ask('sessions.get', { sessionId }));
  const whole = await repeated(() =>
    wholeLog(events, (after) => ask('events.after', { sessionId, after, limit: PAGE })),
  );
  const bare = await bareLog(setting, { session: sessionId, events });
  return {
    ...{ events, firstPageMs: first.ms, firstPageBytes: first.bytes },
    ...{ wholeLogMs: whole.ms, wholeLogBytes: whole.bytes, referenceMs: bare.ms },
  };
}

async function repeated(once: () => Promise<number>): Promise<{ ms: number; bytes: number }> {
  const took: number[] = [];
  let bytes = await once();
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedAt = performance.now();
    bytes = await once();
    took.push(performance.now() - startedAt);
  }
  return { ms: rounded(median(took)), bytes };
}

async function wholeLog(events: number, page: (after: number) => Promise<number>): Promise<number> {
  let bytes = 0;
  for (let after = 0; after < events; after += PAGE) bytes += await page(after);
  return bytes;
}

/** Bytes of the answer as it comes, which is compressed. */
async function askApi({ stage, token }: SyncSetting, path: string, input: object): Promise<number> {
  const query = new URLSearchParams({ input: JSON.stringify({ json: input }) });
  const response = await fetch(`${stage.url}/api/trpc/${path}?${query.toString()}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text.slice(0, 300)}`);
  JSON.parse(text);
  return text.length;
}

/** The same payloads in the bare reference, read in pages of the same size. */
async function bareLog(
  setting: SyncSetting,
  { session, events }: { session: string; events: number },
): Promise<{ ms: number; bytes: number }> {
  const rows = await setting.stage.deps.db.event.findMany({
    where: { sessionId: session },
    orderBy: { seq: 'asc' },
  });
  for (let at = 0; at < rows.length; at += PAGE) {
    await appendBare(setting, { session, events: rows.slice(at, at + PAGE), isTold: false });
  }
  return repeated(() =>
    wholeLog(events, async (after) => {
      const address = `${setting.reference.url}/events?session=${session}&after=${after}&limit=${PAGE}`;
      const text = await (await fetch(address)).text();
      JSON.parse(text);
      return text.length;
    }),
  );
}
