import { AppError } from '../errors';

/** Where the realtime server is, as the API tells it. Without a host it is the vendor's own, by cluster. */
export interface RealtimeAddress {
  host: string | null;
  port: number | null;
  useTls: boolean;
  cluster: string;
}

export interface ChannelSignature {
  auth: string;
  channel_data?: string;
}

/** Asks the API to sign a subscription of this connection; rejects when it is refused. */
export type SignChannel = (request: { socketId: string; channel: string }) => Promise<ChannelSignature>;

/** A dead connection is noticed after these two, not after pusher-js' 150 s. */
const ACTIVITY_TIMEOUT_MS = 30_000;
const PONG_TIMEOUT_MS = 6_000;

interface PusherOptions {
  cluster: string;
  forceTLS: boolean;
  enableStats: boolean;
  enabledTransports: ('ws' | 'wss')[];
  activityTimeout: number;
  pongTimeout: number;
  wsHost?: string;
  wsPort?: number;
  wssPort?: number;
  channelAuthorization: {
    customHandler: (
      request: { socketId: string; channelName: string },
      done: (error: Error | null, signature: ChannelSignature | null) => void,
    ) => void;
  };
}

/**
 * The options for pusher-js in every client. `cluster` is required by it even beside a host, and without the list
 * of transports it would load SockJS from a CDN.
 */
export function pusherOptions(address: RealtimeAddress, sign: SignChannel): PusherOptions {
  const { host, port, useTls, cluster } = address;
  const newest = new Map<string, string>();
  return {
    cluster,
    forceTLS: useTls,
    enableStats: false,
    // A second try over TLS at a server without it reaches nobody, and the page's policy stops it.
    enabledTransports: useTls ? ['ws', 'wss'] : ['ws'],
    activityTimeout: ACTIVITY_TIMEOUT_MS,
    pongTimeout: PONG_TIMEOUT_MS,
    ...(host === null ? {} : { wsHost: host }),
    ...(port === null ? {} : { wsPort: port, wssPort: port }),
    channelAuthorization: {
      customHandler: ({ socketId, channelName }, done) => {
        newest.set(channelName, socketId);
        // pusher-js would hand the signature for a connection of before to the present one, which refuses it.
        const isCurrent = (): boolean => newest.get(channelName) === socketId;
        sign({ socketId, channel: channelName }).then(
          (signature) => {
            if (isCurrent()) done(null, signature);
          },
          (error: unknown) => {
            if (isCurrent()) done(errorToPassOn(error), null);
          },
        );
      },
    },
  };
}

/** pusher-js hands on nothing of an error but its message, so a refusal's code travels as that. */
function errorToPassOn(error: unknown): Error {
  if (error instanceof AppError) return new Error(error.code, { cause: error });
  return error instanceof Error ? error : new Error(String(error));
}
