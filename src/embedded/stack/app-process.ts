import { resolve } from 'node:path';
import { freePort } from './free-port';
import { KeptProcess } from './kept-process';

const READY_MS = 120_000;

/** Starts Next behind the limits, on a port of its own. It is kept: killed, it comes back on the same port. */
export async function startApp({
  app,
  environment,
  onNotice,
}: {
  app: 'dev' | 'built';
  environment: NodeJS.ProcessEnv;
  onNotice: (notice: string) => void;
}): Promise<{ process: KeptProcess; port: number }> {
  const port = await freePort(0);
  const next = resolve('node_modules/next/dist/bin/next');
  const command = app === 'dev' ? 'dev' : 'start';
  const kept = new KeptProcess({
    name: 'the app',
    argv: [process.execPath, next, command, '-H', '127.0.0.1', '-p', String(port)],
    cwd: process.cwd(),
    env: { ...environment, NODE_ENV: app === 'dev' ? 'development' : 'production' },
    isReady: () => answers(port),
    readyTimeoutMs: READY_MS,
    onLine: (line) => {
      if (/error|warn|⨯|⚠|"level":"error"/i.test(line)) onNotice(`app: ${line}`);
    },
    onNotice,
  });
  await kept.start();
  return { process: kept, port };
}

/** Asks for something that touches no database, and compiles little. */
async function answers(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/api/trpc/realtime.config`, {
      signal: AbortSignal.timeout(30_000),
    });
    return response.ok;
  } catch {
    // Nothing listens yet: asked again in a moment, until the time is up.
    return false;
  }
}
