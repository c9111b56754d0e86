import { resolve } from 'node:path';
import { freePort } from '@/embedded/stack/free-port';
import { KeptProcess } from '@/embedded/stack/kept-process';
import { CLOCK_FILE } from './clock-shift';
import type { Programs } from './build-world';

/** The app as processes behind one port. */
export interface AppServer {
  port: number;
  /** Processes that answer requests. */
  pids(): number[];
  stop(): Promise<void>;
}

export interface AppServerOptions {
  /** `routes` serves the route handlers in a plain process; `built` is Next with the production build. */
  kind: 'routes' | 'built';
  programs: Programs;
  environment: Readonly<Record<string, string>>;
  clockFile: string;
  port: number;
  say: (line: string) => void;
}

const READY_MS = 60_000;

/** One process, that comes back on the same port whenever it ends. */
export async function startAppServer(options: AppServerOptions): Promise<AppServer> {
  const { programs, environment, clockFile, say } = options;
  const port = await freePort(options.port);
  const kept = new KeptProcess({
    name: 'the app',
    argv: commandOf(options, port),
    cwd: process.cwd(),
    env: {
      ...{ PATH: process.env['PATH'], HOME: process.env['HOME'], NODE_ENV: 'production' },
      ...environment,
      ...{ PORT: String(port), NODE_OPTIONS: `--require ${programs.clock}`, [CLOCK_FILE]: clockFile },
    },
    isReady: () => answers(port),
    readyTimeoutMs: READY_MS,
    onLine: (line) => say(`app: ${line}`),
    onNotice: say,
  });
  await kept.start();
  return {
    port,
    pids: () => (kept.pid === undefined ? [] : [kept.pid]),
    stop: () => kept.stop(),
  };
}

/** What serves the app on a port. */
export function commandOf(
  { kind, programs }: Pick<AppServerOptions, 'kind' | 'programs'>,
  port: number,
): [string, ...string[]] {
  const next = resolve('node_modules/next/dist/bin/next');
  return kind === 'routes'
    ? [process.execPath, programs.routes]
    : [process.execPath, next, 'start', '-H', '127.0.0.1', '-p', String(port)];
}

/** Whether it answers what touches no database. */
export async function answers(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/api/trpc/realtime.config`, {
      signal: AbortSignal.timeout(5_000),
    });
    return response.ok;
  } catch {
    // Nothing listens yet: asked again in a moment, until the time is up.
    return false;
  }
}
