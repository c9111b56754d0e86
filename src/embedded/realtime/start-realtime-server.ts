import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { acceptConnection } from './accept-connection';
import { CODES } from './frames';
import { HOSTED_LIMITS, type RealtimeLimits } from './limits';
import { createRealtimeApp, type RealtimeApp } from './realtime-app';
import { answerRequest } from './rest-api';

/** How a server is started. */
export interface RealtimeServerOptions {
  appId: string;
  key: string;
  secret: string;
  /** 0 takes any free one. */
  port: number;
  /** The address to listen on, loopback unless told otherwise. */
  host?: string;
  /** Where signed webhooks go; none are sent without it. */
  webhookUrl?: string;
  /** Overrides of the hosted limits, for tests and for other plans. */
  limits?: Partial<RealtimeLimits>;
  /** Sends `pusher_internal:subscription_count` on every change, which the hosted service does on request. */
  subscriptionCount?: boolean;
  /** Hears one line for each thing that went wrong but ends nothing. */
  log?: (line: string) => void;
}

/** A running server. */
export interface RealtimeServer {
  port: number;
  /** Base URL of the HTTP API, without a slash at its end. */
  url: string;
  /** Stops listening, tells every client to reconnect at once (4200) and waits until they are gone. */
  close(): Promise<void>;
}

/** Longer than the minute for which publishers keep an idle connection, so that it is they who close it. */
const KEEP_ALIVE_MS = 65_000;

/**
 * Starts a server that speaks the Pusher protocol 7 and the Pusher HTTP API for one app on this machine,
 * with the limits and errors of the hosted service. Rejects with Node's error when it cannot listen.
 */
export async function startRealtimeServer(options: RealtimeServerOptions): Promise<RealtimeServer> {
  const { appId, key, secret, port, host = '127.0.0.1' } = options;
  const app = createRealtimeApp({
    credentials: { appId, key, secret },
    limits: { ...HOSTED_LIMITS, ...options.limits },
    tellsSubscriptionCount: options.subscriptionCount ?? false,
    webhookUrl: options.webhookUrl,
    log: options.log ?? (() => undefined),
  });
  const server = createServer((request, response) => void answerRequest(app, request, response));
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: app.limits.frameBytes });
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (client) => acceptConnection(app, client, request));
  });
  await listen(server, port, host);
  // A TCP server that listens has an AddressInfo; the other shapes belong to pipes and closed servers.
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    url: `http://${host}:${address.port}`,
    close: () => drain(app, server),
  };
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function drain(app: RealtimeApp, server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const connection of [...app.connections.values()]) {
    connection.close(CODES.reconnectNow, 'Server is restarting: reconnect immediately');
  }
  server.closeIdleConnections();
  await app.close();
  await closed;
}
