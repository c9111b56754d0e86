import { randomInt } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { receive } from './client-messages';
import { Connection } from './connection';
import { CODES } from './frames';
import type { RealtimeApp } from './realtime-app';
import { isSameText } from './signatures';
import { leaveAll } from './subscriptions';

/** Protocol versions that the hosted service still speaks to; the frames are the same for all. */
const PROTOCOLS = ['4', '5', '6', '7'];
const VERSION = /^\d+(\.\d+)*([-+.][0-9A-Za-z.-]+)?$/;

/**
 * Takes over an upgraded socket: greets the client, or says in a frame and by the close code why not. A
 * browser sees nothing of a refused upgrade, which is why every socket is accepted first.
 */
export function acceptConnection(app: RealtimeApp, socket: WebSocket, request: IncomingMessage): void {
  const connection = new Connection(socket, {
    socketId: newSocketId(app),
    limits: app.limits,
    onGone: (gone) => {
      if (!app.connections.delete(gone.socketId)) return;
      leaveAll(app, gone);
      app.users.signOut(gone);
    },
  });
  // A frame over the limit or that breaks the WebSocket protocol ends up here; the library closes with 1009 or 1002.
  socket.on('error', (error) => app.log(`connection ${connection.socketId}: ${error.message}`));
  const refusal = refuseHandshake(app, request.url ?? '/');
  if (refusal !== null) {
    connection.refuseAndClose(refusal.code, refusal.message);
    return;
  }
  app.connections.set(connection.socketId, connection);
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (isBinary) connection.refuse(null, 'Binary frames are not supported');
    else receive(app, connection, data.toString('utf8'));
  });
  connection.greet();
}

function refuseHandshake(app: RealtimeApp, url: string): { code: number; message: string } | null {
  // Not parsed with URL, which throws on some request targets that a client may well send.
  const question = url.includes('?') ? url.indexOf('?') : url.length;
  const searchParams = new URLSearchParams(url.slice(question + 1));
  const key = /^\/app\/([^/]+)$/.exec(url.slice(0, question))?.[1];
  if (key === undefined) return { code: CODES.pathNotFound, message: 'Path not found' };
  if (!isSameText(key, app.credentials.key)) {
    return { code: CODES.unknownApp, message: 'App key is not known to this server' };
  }
  const protocol = searchParams.get('protocol');
  if (protocol === null) return { code: CODES.noProtocol, message: 'No protocol version supplied' };
  if (!PROTOCOLS.includes(protocol)) {
    return { code: CODES.unsupportedProtocol, message: 'Unsupported protocol version' };
  }
  const version = searchParams.get('version');
  if (version !== null && !VERSION.test(version)) {
    return { code: CODES.badVersion, message: 'Invalid version string format' };
  }
  if (app.limits.connections !== null && app.connections.size >= app.limits.connections) {
    return { code: CODES.overConnectionQuota, message: 'Application is over connection quota' };
  }
  return null;
}

function newSocketId(app: RealtimeApp): string {
  for (;;) {
    const socketId = `${randomInt(1, 1_000_000)}.${randomInt(1, 1_000_000_000)}`;
    if (!app.connections.has(socketId)) return socketId;
  }
}
