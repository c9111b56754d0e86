import { triggerClientEvent } from './client-events';
import type { Connection } from './connection';
import { type ClientFrame, encodeFrame, parseClientFrame } from './frames';
import type { RealtimeApp } from './realtime-app';
import { subscribe, unsubscribe } from './subscriptions';
import { signIn } from './users';

const PONG = encodeFrame({ event: 'pusher:pong', data: '{}' });

/** Answers one message of a client. Whatever it holds, the worst that happens is a `pusher:error`. */
export function receive(app: RealtimeApp, connection: Connection, text: string): void {
  connection.heard();
  const frame = parseClientFrame(text);
  if (frame === null) {
    connection.refuse(null, 'Malformed message: expected a JSON object with an event name');
    return;
  }
  try {
    dispatch(app, connection, frame);
  } catch (error) {
    // Deeply nested data exhausts the stack when it is serialised; other clients must not suffer for it.
    app.log(`message failed: ${error instanceof Error ? error.message : String(error)}`);
    connection.refuse(null, `The server could not handle ${frame.event.slice(0, 200)}`);
  }
}

function dispatch(app: RealtimeApp, connection: Connection, frame: ClientFrame): void {
  switch (frame.event) {
    case 'pusher:ping':
      connection.send(PONG);
      return;
    case 'pusher:pong':
      return;
    case 'pusher:subscribe':
      subscribe(app, connection, frame.data);
      return;
    case 'pusher:unsubscribe':
      unsubscribe(app, connection, frame.data);
      return;
    case 'pusher:signin':
      signIn(app, connection, frame.data);
      return;
  }
  if (frame.event.startsWith('client-')) triggerClientEvent(app, connection, frame);
  else connection.refuse(null, `Unsupported event: ${frame.event.slice(0, 200)}`);
}
