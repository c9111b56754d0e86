/** `npm run realtime`: the Pusher-protocol server alone, from the environment that any Pusher app uses. */
import { readRealtimeEnvironment } from './realtime-environment';
import { startRealtimeServer } from './start-realtime-server';

const asJson = process.argv.includes('--json');

function fail(error: string): never {
  process.stderr.write(`realtime: ${error}\n`);
  if (asJson) process.stdout.write(`${JSON.stringify({ ok: false, error })}\n`);
  process.exit(1);
}

function cannotListen(error: unknown, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return `port ${port} is already taken; set PUSHER_PORT to a free one, or to 0 for any`;
  }
  return `cannot listen on port ${port} (${error instanceof Error ? error.message : String(error)}); set PUSHER_PORT to another one`;
}

const environment = readRealtimeEnvironment(process.env);
if (!environment.ok) fail(environment.error);

const log = (line: string): void => void process.stderr.write(`realtime: ${line}\n`);
const server = await startRealtimeServer({ ...environment.options, log }).catch((error: unknown) =>
  fail(cannotListen(error, environment.options.port)),
);
const { port, url } = server;
log(`listening on ${url} for app ${environment.options.appId}`);
if (asJson) process.stdout.write(`${JSON.stringify({ ok: true, port, url })}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Only the first signal drains: the second of an impatient user ends the process at once.
  process.once(signal, () => {
    void server.close().then(() => process.exit(0));
  });
}
