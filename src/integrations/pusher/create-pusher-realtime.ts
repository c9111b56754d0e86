import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import Pusher from 'pusher';
import { AppError } from '@/domain/errors';
import type { PublishResult, Realtime, RealtimeAuthorization, RealtimeMessage } from '@/ports/realtime';
import { peopleOn, presenceChannels } from './ask-presence';
import { verifyWebhook } from './verify-webhook';

/** A Pusher app, hosted (by `cluster`) or on a server of one's own (by `host` and `port`). */
export interface PusherRealtimeOptions {
  appId: string;
  key: string;
  secret: string;
  /** Wins over `cluster`. */
  host?: string;
  port?: number;
  /** True unless a host is named, since a server on one's own machine speaks plain HTTP. */
  useTLS?: boolean;
  cluster?: string;
}

/** Hosted Pusher refuses data over 10 kB, which its own answers count as 10,240 bytes; this leaves a margin. */
const MAX_DATA_BYTES = 10_000;
/** The library has no timeout of its own; a publish is not worth holding a request for longer. */
const TIMEOUT_MS = 3_000;
/** A few connections kept open: one each time costs 3 ms of processor time and two round trips more. */
const KEEP_ALIVE = { keepAlive: true, maxSockets: 4, timeout: 60_000 };
/** How a connection fails that the server closed while this process was frozen between two requests. */
const STALE_CONNECTION = ['ECONNRESET', 'EPIPE'];

/** Realtime by the Pusher HTTP API, hosted or any server that speaks it. Opens nothing until the first publish. */
export function createPusherRealtime(options: PusherRealtimeOptions): Realtime {
  const pusher = new Pusher(libraryOptions(options));
  return {
    publish: async (message) => publish(pusher, message),
    authorize: (request) => authorize(pusher, request),
    presenceChannels: async (prefix) => presenceChannels(pusher, prefix),
    peopleOn: async (channel) => peopleOn(pusher, channel),
    webhook: (request) => verifyWebhook({ key: options.key, secret: options.secret }, request),
  };
}

function libraryOptions(options: PusherRealtimeOptions): Pusher.Options {
  const { appId, key, secret, host, port, cluster = 'mt1' } = options;
  const useTLS = options.useTLS ?? host === undefined;
  const agent = useTLS ? new HttpsAgent(KEEP_ALIVE) : new HttpAgent(KEEP_ALIVE);
  const base = { appId, key, secret, useTLS, agent, timeout: TIMEOUT_MS };
  const at = host === undefined ? { cluster } : { host };
  return { ...base, ...at, ...(port === undefined ? {} : { port: String(port) }) };
}

async function publish(pusher: Pusher, { channel, event, data }: RealtimeMessage): Promise<PublishResult> {
  try {
    // The library serialises again unless it is given text, and JSON has no text for `undefined`.
    const text = JSON.stringify(data ?? null);
    const sizeBytes = Buffer.byteLength(text);
    if (sizeBytes > MAX_DATA_BYTES) {
      return { ok: false, error: `data is ${sizeBytes} bytes, over ${MAX_DATA_BYTES}`, tooLarge: true };
    }
    await triggerTwiceIfStale(async () => pusher.trigger(channel, event, text));
    return { ok: true };
  } catch (error) {
    return failure(error);
  }
}

/** Repeating is safe: subscribers drop what they have by its number. */
async function triggerTwiceIfStale(trigger: () => Promise<unknown>): Promise<void> {
  try {
    await trigger();
  } catch (error) {
    if (!STALE_CONNECTION.includes(codeOf(error) ?? '')) throw error;
    await trigger();
  }
}

function failure(error: unknown): PublishResult {
  if (error instanceof Pusher.RequestError) {
    // Never the error's `url`, which holds a signature.
    const reason =
      error.status === undefined ? (codeOf(error) ?? messageOf(error.error)) : `status ${error.status}`;
    const text = [reason, error.body?.trim() ?? ''].filter((part) => part !== '').join(': ');
    return { ok: false, error: text, tooLarge: error.status === 413 };
  }
  return { ok: false, error: messageOf(error), tooLarge: false };
}

/** The system's code for a request that never got an answer, such as ECONNRESET. */
function codeOf(error: unknown): string | undefined {
  const cause: unknown = error instanceof Pusher.RequestError ? error.error : undefined;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function authorize(
  pusher: Pusher,
  { socketId, channel, member }: RealtimeAuthorization,
): { auth: string; channel_data?: string } {
  if (!/^(private|presence)-/.test(channel)) throw refusal('Not a private or presence channel');
  if (channel.startsWith('presence-') && member === undefined)
    throw refusal('A presence channel needs a member');
  try {
    return pusher.authorizeChannel(socketId, channel, presenceData(channel, member));
  } catch (cause) {
    throw refusal('Not a socket id and channel name of Pusher', cause);
  }
}

function presenceData(
  channel: string,
  member: RealtimeAuthorization['member'],
): Pusher.PresenceChannelData | undefined {
  if (member === undefined || !channel.startsWith('presence-')) return undefined;
  return { user_id: member.id, user_info: member.info };
}

function refusal(message: string, cause?: unknown): AppError {
  return new AppError('bad_input', message, { cause });
}
