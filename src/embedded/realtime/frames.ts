import { z } from 'zod';

/** Close and error codes of Pusher protocol 7 that this server uses. */
export const CODES = {
  unknownApp: 4001,
  overConnectionQuota: 4004,
  pathNotFound: 4005,
  badVersion: 4006,
  unsupportedProtocol: 4007,
  noProtocol: 4008,
  unauthorized: 4009,
  overCapacity: 4100,
  reconnectNow: 4200,
  noPong: 4201,
  clientEventRate: 4301,
} as const;

const clientFrame = z.object({
  event: z.string().min(1),
  channel: z.string().nullish(),
  data: z.unknown().optional(),
});

/** A message from a client; `data` is still whatever JSON it sent. */
export type ClientFrame = z.infer<typeof clientFrame>;

/** Reads one text frame; `null` when it is not a JSON object with an event name. */
export function parseClientFrame(text: string): ClientFrame | null {
  return clientFrame.safeParse(parseJson(text)).data ?? null;
}

/** Parses JSON; `undefined`, which no JSON text means, when it is malformed. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** `data` of a `pusher:` message may come as a hash or as that hash in a JSON string. */
export function hashOf(data: unknown): unknown {
  return typeof data === 'string' ? parseJson(data) : data;
}

/** A message to clients. `data` goes out as it is, so that a published string arrives unchanged. */
export interface ServerFrame {
  event: string;
  channel?: string;
  data?: string;
  user_id?: string;
}

/** Serialises once what may then be sent to many connections. */
export function encodeFrame(frame: ServerFrame): string {
  return JSON.stringify(frame);
}

/** A system message; its hash is double-encoded as the protocol wants. */
export function systemFrame(event: string, data: object, channel?: string): string {
  return encodeFrame({ event, ...(channel === undefined ? {} : { channel }), data: JSON.stringify(data) });
}

/** `pusher:error`, whose data the hosted service sends as a plain hash. A `null` code ends nothing. */
export function errorFrame(code: number | null, message: string): string {
  return JSON.stringify({ event: 'pusher:error', data: { code, message } });
}
