import { resolve } from 'node:path';
import { PUSHER_APP } from './app-environment';
import { KeptProcess } from './kept-process';

const READY_MS = 30_000;

/** Starts the realtime server in a process of its own, since it holds everybody's connections while the app reloads. */
export async function startRealtimeProcess({
  secret,
  webhookUrl,
  port,
  onNotice,
}: {
  secret: string;
  webhookUrl: string;
  port: number;
  onNotice: (notice: string) => void;
}): Promise<KeptProcess> {
  const kept = new KeptProcess({
    name: 'the realtime server',
    argv: [process.execPath, '--import', 'tsx', resolve('src/embedded/realtime/main.ts')],
    cwd: process.cwd(),
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'development',
      PUSHER_APP_ID: PUSHER_APP.id,
      PUSHER_KEY: PUSHER_APP.key,
      PUSHER_SECRET: secret,
      PUSHER_PORT: String(port),
      PUSHER_WEBHOOK_URL: webhookUrl,
    },
    isReady: () => answers(port),
    readyTimeoutMs: READY_MS,
    onLine: () => undefined,
    onNotice,
  });
  await kept.start();
  return kept;
}

async function answers(port: number): Promise<boolean> {
  try {
    await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2_000) });
    return true;
  } catch {
    // Nothing listens yet: asked again in a moment, until the time is up.
    return false;
  }
}
