import { resolve } from 'node:path';
import { FunctionPool } from '../functions/function-pool';
import { freePort } from './free-port';
import { KeptProcess } from './kept-process';

const READY_MS = 120_000;

/** A sandbox is started after the answer; one whose start is lost is started a minute later, by the sweep. */
const GRACE_MS = 2_000;
/** Lines of the app that somebody should see. */
const NOTEWORTHY = /error|warn|⨯|⚠|"level":"error"/i;

/** How the app runs: compiling and reloading, as it was built, or as it was built in many short-lived processes. */
export type AppKind = 'dev' | 'built' | 'fresh';

export interface AppProcess {
  port: number;
  /** One that answers requests. */
  pid(): number | undefined;
  stop(): Promise<void>;
}

interface AppProcessOptions {
  app: AppKind;
  environment: NodeJS.ProcessEnv;
  onNotice: (notice: string) => void;
}

/** Starts Next behind the limits, on a port of its own. It is kept: killed, it comes back on the same port. */
export async function startApp(options: AppProcessOptions): Promise<AppProcess> {
  const { app, environment, onNotice } = options;
  const port = await freePort(0);
  if (app === 'fresh') return startFunctions(port, options);
  const kept = new KeptProcess({
    name: 'the app',
    argv: nextCommand(app === 'dev' ? 'dev' : 'start', port),
    cwd: process.cwd(),
    env: { ...environment, NODE_ENV: app === 'dev' ? 'development' : 'production' },
    isReady: () => answers(port),
    readyTimeoutMs: READY_MS,
    onLine: (line) => {
      if (NOTEWORTHY.test(line)) onNotice(`app: ${line}`);
    },
    onNotice,
  });
  await kept.start();
  return { port, pid: () => kept.pid, stop: () => kept.stop() };
}

/** Many processes, each of which may be frozen or killed when it has answered. */
async function startFunctions(
  port: number,
  { environment, onNotice }: AppProcessOptions,
): Promise<AppProcess> {
  const pool = new FunctionPool({
    port,
    graceMs: GRACE_MS,
    random: Math.random,
    onFault: () => undefined,
    program: (own) => ({
      argv: nextCommand('start', own),
      // As many connections as the app takes by itself where there are many of it.
      env: { ...environment, NODE_ENV: 'production', DATABASE_MAX_CONNECTIONS: '3' },
      isReady: () => answers(own),
      onLine: (line) => {
        if (NOTEWORTHY.test(line)) onNotice(`app: ${line}`);
      },
    }),
  });
  await pool.start().catch(async (error: unknown) => {
    await pool.stop();
    throw error;
  });
  return { port, pid: () => pool.pids()[0], stop: () => pool.stop() };
}

function nextCommand(command: 'dev' | 'start', port: number): [string, ...string[]] {
  const next = resolve('node_modules/next/dist/bin/next');
  return [process.execPath, next, command, '-H', '127.0.0.1', '-p', String(port)];
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
