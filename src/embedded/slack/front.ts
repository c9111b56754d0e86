import type { Fetch } from '../github/emulate-internals';
import { troubleOfBlocks } from './check-blocks';
import { command, type HumanWorld, press, type Pressing, typeInto, write, type Writing } from './human';
import { Limits } from './limits';
import { PAGE } from './page/page';
import { BOT } from './seed';
import type { MessageRow } from './slack-tables';

/** A call that the app made. */
export interface SlackCall {
  method: string;
  at: number;
  status: number;
  error: string | null;
}

/** What goes wrong on purpose. */
export interface SlackFaults {
  /** Slack does not answer at all. */
  isDown: boolean;
  /** The next so many calls of a method are refused, with the seconds to be silent. */
  refusals: Map<string, { count: number; retryAfterS: number }>;
}

export interface Front {
  readonly fetch: Fetch;
  readonly calls: SlackCall[];
  readonly faults: SlackFaults;
}

/** Methods that are called without a token. */
const OPEN = new Set(['oauth.v2.access']);
const MAX_CALLS = 10_000;

const fail = (error: string, init: ResponseInit = {}): Response => Response.json({ ok: false, error }, init);

/** What stands in front of emulate's Slack: its gaps, its limits, people's hands, and the page that they use. */
export function createFront(world: HumanWorld, emulate: Fetch, onWrite: () => void): Front {
  const calls: SlackCall[] = [];
  const limits = new Limits();
  const faults: SlackFaults = { isDown: false, refusals: new Map() };

  const answerApi = async (request: Request, method: string): Promise<Response> => {
    if (faults.isDown) return new Response('<h1>Slack is away</h1>', { status: 503 });
    const token = (request.headers.get('authorization') ?? '').replace(/^Bearer /i, '');
    // emulate takes any token that it does not know for an administrator's.
    if (!OPEN.has(method) && !world.tables.tokens.findOneBy('token', token)) return fail('invalid_auth');
    const refusal = refusalOf(method);
    if (refusal > 0) return fail('ratelimited', { status: 429, headers: { 'retry-after': String(refusal) } });
    const body = await readBody(request.clone());
    const trouble = troubleOfBlocks(body['blocks']);
    if (trouble !== null) return fail('invalid_blocks', { headers: { 'x-why': trouble } });
    return emulate(request);
  };

  const refusalOf = (method: string): number => {
    const planned = faults.refusals.get(method);
    if (!planned || planned.count === 0) return limits.secondsToWait(method);
    planned.count -= 1;
    return planned.retryAfterS;
  };

  const logged = async (request: Request, method: string): Promise<Response> => {
    const response = await answerApi(request, method);
    const error = response.headers.get('x-why') ?? (await errorOf(response.clone()));
    calls.push({ method, at: Date.now(), status: response.status, error });
    if (calls.length > MAX_CALLS) calls.shift();
    return response;
  };

  const fetch: Fetch = async (request) => {
    const { pathname } = new URL(request.url);
    try {
      if (pathname.startsWith('/api/')) return await logged(request, pathname.slice('/api/'.length));
      return (await answerPage(world, request)) ?? (await emulate(request));
    } catch (error) {
      return fail(error instanceof Error ? error.message : String(error), { status: 400 });
    } finally {
      if (request.method !== 'GET') onWrite();
    }
  };
  return { fetch, calls, faults };
}

/** What is for people and for what they did; null for all that is Slack's. */
async function answerPage(world: HumanWorld, request: Request): Promise<Response | null> {
  const { pathname, searchParams } = new URL(request.url);
  const html = { headers: { 'content-type': 'text/html; charset=utf-8' } };
  if (pathname === '/') return new Response(PAGE, html);
  if (pathname === '/_sim/state') return Response.json(stateFor(world, searchParams.get('user') ?? ''));
  if (pathname.startsWith('/response/')) return respond(world, request, pathname.slice('/response/'.length));
  const isAct = pathname.startsWith('/_sim/') && request.method === 'POST';
  return isAct ? act(world, request, pathname.slice('/_sim/'.length)) : null;
}

async function errorOf(response: Response): Promise<string | null> {
  const text = await response.text();
  return (
    /"ok":\s*false,\s*"error":\s*"([^"]+)"/.exec(text)?.[1] ?? (response.ok ? null : String(response.status))
  );
}

async function readBody(request: Request): Promise<Record<string, unknown>> {
  const text = await request.text();
  if ((request.headers.get('content-type') ?? '').includes('json')) {
    return JSON.parse(text || '{}') as Record<string, unknown>; // the SDK sends objects
  }
  const form: Record<string, unknown> = Object.fromEntries(new URLSearchParams(text));
  const { blocks } = form;
  return typeof blocks === 'string' ? { ...form, blocks: JSON.parse(blocks) as unknown } : form;
}

/** An answer by the address that came with what somebody did. */
async function respond(world: HumanWorld, request: Request, id: string): Promise<Response> {
  const target = world.responses.use(id);
  if (!target) return fail('used_url', { status: 404 });
  // What the app sends, of which no more is read than this.
  const said = (await request.json()) as { text?: string; blocks?: object[]; response_type?: string };
  const trouble = troubleOfBlocks(said.blocks);
  if (trouble !== null) return fail('invalid_blocks', { status: 400 });
  const row: Omit<MessageRow, 'id'> = {
    ...{ ts: world.nextTs(), channel_id: target.channel, user: BOT.userId, text: said.text ?? '' },
    ...{ type: 'message', blocks: said.blocks, reply_count: 0, reply_users: [], reactions: [] },
  };
  if (said.response_type === 'in_channel') world.tables.messages.insert(row);
  else world.tables.ephemeralMessages.insert({ ...row, target_user: target.user });
  return new Response('ok');
}

/** What the page does for a person. A message is answered at once: the page sees what comes of it. */
async function act(world: HumanWorld, request: Request, what: string): Promise<Response> {
  if (!(request.headers.get('content-type') ?? '').includes('json'))
    return fail('json only', { status: 415 });
  const given: unknown = await request.json();
  // The page and the tests are the only ones who write these.
  if (what === 'message') return Response.json({ ts: write(world, given as Writing).ts });
  if (what === 'command') return Response.json(await command(world, given as Writing));
  if (what === 'action') return Response.json(await press(world, given as Pressing));
  if (what === 'options') return Response.json(await typeInto(world, given as Pressing));
  return fail('not_found', { status: 404 });
}

/** All that somebody sees in the workspace. */
function stateFor({ tables, deliveries }: HumanWorld, name: string): object {
  const users = tables.users.all().filter(({ deleted }) => !deleted);
  const me = users.find((user) => user.name === name)?.user_id;
  const whispers = tables.ephemeralMessages.all().filter(({ target_user }) => target_user === me);
  return {
    users: users.map(({ user_id, name: login, real_name, is_bot }) => ({
      id: user_id,
      name: login,
      real_name,
      is_bot,
    })),
    channels: tables.channels
      .all()
      .map(({ channel_id, name: title, is_archived }) => ({ id: channel_id, title, is_archived })),
    messages: [...tables.messages.all(), ...whispers.map((row) => ({ ...row, isPrivate: true }))].sort(
      (a, b) => (a.ts < b.ts ? -1 : 1),
    ),
    deliveries: deliveries.log.slice(-50),
  };
}
