import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
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
  const session = { sessionId };
  const wholeOf = (read: typeof askApi): Promise<number> =>
    wholeLog(events, (after) => read(setting, 'events.after', { ...session, after, limit: PAGE }));
  const bare = await bareLog(setting, { session: sessionId, events });
  // In turn, so that a slow moment is slow for both.
  const took: Record<'first' | 'whole' | 'bare', number[]> = { first: [], whole: [], bare: [] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    took.first.push(await timed(() => askApi(setting, 'sessions.get', session)));
    took.whole.push(await timed(() => wholeOf(askApi)));
    took.bare.push(await timed(bare));
  }
  // The first of each finds nothing warm.
  const middle = (all: readonly number[]): number => rounded(median(all.slice(1)));
  return {
    ...{ events, firstPageMs: middle(took.first), wholeLogMs: middle(took.whole) },
    referenceMs: middle(took.bare),
    firstPageBytes: await bytesOf(setting, 'sessions.get', session),
    wholeLogBytes: await wholeOf(bytesOf),
  };
}

async function timed(once: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await once();
  return performance.now() - startedAt;
}

async function wholeLog(events: number, page: (after: number) => Promise<number>): Promise<number> {
  let sum = 0;
  for (let after = 0; after < events; after += PAGE) sum += await page(after);
  return sum;
}

/** Asks as a client does, and reads the answer; its characters. */
async function askApi(setting: SyncSetting, path: string, input: object): Promise<number> {
  const { address, headers } = requestOf(setting, path, input);
  const response = await fetch(address, { headers });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text.slice(0, 300)}`);
  JSON.parse(text);
  return text.length;
}

/** The body's bytes on the way, compressed as for a browser. */
async function bytesOf(setting: SyncSetting, path: string, input: object): Promise<number> {
  const { address, headers } = requestOf(setting, path, input);
  const request = get(address, { headers: { ...headers, 'accept-encoding': 'gzip' } });
  const [response] = (await once(request, 'response')) as [IncomingMessage]; // what this event carries
  let bytes = 0;
  for await (const chunk of response) bytes += (chunk as Buffer).length; // no encoding was set
  return bytes;
}

function requestOf({ stage, token }: SyncSetting, path: string, input: object) {
  const query = new URLSearchParams({ input: JSON.stringify({ json: input }) });
  const address = `${stage.url}/api/trpc/${path}?${query.toString()}`;
  return { address, headers: { authorization: `Bearer ${token}` } };
}

/** Puts the same payloads into the bare reference; what comes back reads them in pages of the same size. */
async function bareLog(
  setting: SyncSetting,
  { session, events }: { session: string; events: number },
): Promise<() => Promise<number>> {
  const rows = await setting.stage.deps.db.event.findMany({
    where: { sessionId: session },
    orderBy: { seq: 'asc' },
    select: { seq: true, at: true, actor: true, kind: true, payload: true },
  });
  for (let at = 0; at < rows.length; at += PAGE) {
    await appendBare(setting, { session, events: rows.slice(at, at + PAGE), isTold: false });
  }
  return () =>
    wholeLog(events, async (after) => {
      const address = `${setting.reference.url}/events?session=${session}&after=${after}&limit=${PAGE}`;
      const text = await (await fetch(address)).text();
      JSON.parse(text);
      return text.length;
    });
}
