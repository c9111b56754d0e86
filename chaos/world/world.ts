import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startBlobServer } from '@/embedded/blobs/start-blob-server';
import { appEnvironment, PUSHER_APP } from '@/embedded/stack/app-environment';
import { freePort } from '@/embedded/stack/free-port';
import { KeptProcess } from '@/embedded/stack/kept-process';
import type { StackSecrets } from '@/embedded/stack/secrets';
import { type ScriptedModel, startScriptedModel } from '@/testing/scripted-model';
import { Dice } from '../dice';
import type { FaultKind } from '../faults/tally';
import { HttpProxy } from '../network/http-proxy';
import { RealtimeProxy } from '../network/realtime-proxy';
import { type AppServer, type AppServerOptions, startAppServer } from './app-server';
import { bridgeClockFile, buildWorld, type Patch, type Programs } from './build-world';
import { type Database, startDatabase } from './database';
import { startFreshApp } from './fresh-app';
import { createRepository, createTeam, type Person } from './people';
import { REPOSITORIES, type Sandboxes, startSandboxes } from './sandboxes';

/** All of Dispatch as separate processes, with a proxy before each server that people and sandboxes talk to. */
export interface World {
  /** What clients and sandboxes know as Dispatch: the proxy before the app. */
  url: string;
  app: AppServer;
  functions: FunctionFaults;
  appProxy: HttpProxy;
  realtime: KeptProcess;
  realtimeProxy: RealtimeProxy;
  database: Database;
  sandboxes: Sandboxes;
  model: ScriptedModel;
  people: Person[];
  /** Addresses of the repositories. */
  repositories: Record<keyof typeof REPOSITORIES, string>;
  programs: Programs;
  clockFiles: { app: string; bridge(sessionId: string): string };
  /** Has the app look after one session now, past all faults; or after all that are overdue. */
  sweep(sessionId?: string): Promise<void>;
  stop(): Promise<void>;
}

export interface WorldOptions {
  app: 'routes' | 'built' | 'fresh' | 'fresh-routes';
  /** Changes of what runs. */
  patches?: readonly Patch[];
  /** What the parts say while they run. */
  say: (line: string) => void;
}

/** What happens to short-lived processes, told to whoever counts at the moment. */
export class FunctionFaults {
  onFault: (kind: FaultKind) => void = () => undefined;
}

type Closings = (() => Promise<void>)[];

/** Starts a world of its own; what was started is ended again when a later part fails. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const closings: Closings = [];
  const stop = async (): Promise<void> => {
    for (const closing of closings.splice(0).reverse()) await closing();
  };
  try {
    return { ...(await startParts(options, closings)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function startApp(
  kind: WorldOptions['app'],
  functions: FunctionFaults,
  given: Omit<AppServerOptions, 'kind'>,
): Promise<AppServer> {
  if (kind === 'routes' || kind === 'built') return startAppServer({ ...given, kind });
  return startFreshApp({
    ...{ ...given, kind: kind === 'fresh' ? 'built' : 'routes', dice: new Dice(1) },
    onFault: (fault) => functions.onFault(fault),
  });
}

async function startParts(options: WorldOptions, closings: Closings): Promise<Omit<World, 'stop'>> {
  const { say } = options;
  const folder = makeFolder(closings);
  const secrets = makeSecrets();
  const [programs, database, model, ports] = await Promise.all([
    buildPrograms(options, closings),
    startDatabase(join(folder, 'data'), say),
    startScriptedModel(),
    Promise.all([freePort(0), freePort(0)]),
  ]);
  closings.push(
    () => database.stop(),
    () => model.close(),
  );
  const [appPort, realtimePort] = ports;
  const appProxy = await HttpProxy.start(() => appPort);
  closings.push(() => appProxy.close());
  const url = appProxy.url;
  const realtime = await startRealtime({ programs, secrets, port: realtimePort, url, say });
  closings.push(() => realtime.stop());
  const realtimeProxy = await RealtimeProxy.start(realtimePort);
  closings.push(() => realtimeProxy.close());
  const sweep = sweeper(() => `http://127.0.0.1:${appPort}`, secrets.cron);
  const sandboxes = await startSandboxes({
    ...{ folder: join(folder, 'sandboxes'), programs, secret: secrets.sandboxHost, say },
    onExit: sweep,
  });
  // Also when what comes next fails; where all goes well they have ended by then.
  closings.push(() => sandboxes.close());
  const blobs = await startBlobServer({
    ...{ folder: join(folder, 'blobs'), secret: secrets.blobs, port: 0, allowedOrigins: [] },
  });
  closings.push(() => blobs.close());
  const addresses = {
    ...{ appUrl: url, databaseUrl: database.url, githubUrl: 'http://127.0.0.1:9' },
    ...{ realtimePort: realtimeProxy.port, sandboxHostUrl: sandboxes.host.url },
    ...{ blobsUrl: blobs.url, standInUrl: model.url },
  };
  const clockFile = join(folder, 'clock-app');
  // Whenever nothing happens for a moment a sandbox is put to sleep, in the middle of everything else.
  const environment = { ...appEnvironment(addresses, secrets), SANDBOX_IDLE_MINUTES: '0.05' };
  const functions = new FunctionFaults();
  const app = await startApp(options.app, functions, {
    ...{ programs, environment, clockFile, say },
    port: appPort,
  });
  closings.push(() => app.stop());
  // The sandboxes end before the app that they report to.
  closings.push(() => sandboxes.close());
  return {
    ...{ url, app, appProxy, functions, realtime, realtimeProxy, database, sandboxes, model },
    ...{ programs, sweep },
    people: await createTeam(database, ['Ada', 'Ben', 'Cleo']),
    repositories: {
      replayed: createRepository(folder, REPOSITORIES.replayed),
      real: createRepository(folder, REPOSITORIES.real),
    },
    clockFiles: {
      app: clockFile,
      bridge: (sessionId) => bridgeClockFile(join(programs.sandbox, '..'), sessionId),
    },
  };
}

function makeFolder(closings: Closings): string {
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-chaos-'));
  // Postgres runs as another user when this runs as root, and must get in.
  chmodSync(folder, 0o755);
  closings.push(async () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

async function buildPrograms({ patches = [] }: WorldOptions, closings: Closings): Promise<Programs> {
  mkdirSync(resolve('dist'), { recursive: true });
  const folder = mkdtempSync(resolve('dist/chaos-'));
  closings.push(async () => rmSync(folder, { recursive: true, force: true }));
  return buildWorld(folder, patches);
}

function makeSecrets(): StackSecrets {
  const secret = (): string => randomBytes(24).toString('hex');
  return {
    ...{ auth: secret(), server: secret(), cron: secret(), githubClient: secret(), githubWebhook: secret() },
    ...{ pusher: secret(), sandboxHost: secret(), blobs: secret() },
    ...{ slackClient: secret(), slackSigning: secret(), slackBot: secret() },
  };
}

async function startRealtime(given: {
  programs: Programs;
  secrets: StackSecrets;
  port: number;
  url: string;
  say: (line: string) => void;
}): Promise<KeptProcess> {
  const { programs, secrets, port, url, say } = given;
  const kept = new KeptProcess({
    name: 'the realtime server',
    argv: [process.execPath, programs.realtime],
    cwd: process.cwd(),
    env: {
      ...{ PATH: process.env['PATH'], NODE_ENV: 'development' },
      ...{ PUSHER_APP_ID: PUSHER_APP.id, PUSHER_KEY: PUSHER_APP.key, PUSHER_SECRET: secrets.pusher },
      ...{ PUSHER_PORT: String(port), PUSHER_WEBHOOK_URL: `${url}/api/realtime/webhook` },
    },
    isReady: () =>
      fetch(`http://127.0.0.1:${port}/`).then(
        () => true,
        () => false,
      ),
    readyTimeoutMs: 30_000,
    onLine: (line) => say(`realtime: ${line}`),
    onNotice: say,
  });
  await kept.start();
  return kept;
}

function sweeper(appUrl: () => string, secret: string): World['sweep'] {
  return async (sessionId) => {
    const response = await fetch(`${appUrl()}/api/cron/sweep`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}` },
      body: JSON.stringify(sessionId === undefined ? {} : { sessionId }),
      signal: AbortSignal.timeout(30_000),
    });
    if (!response.ok) throw new Error(`the sweep answered ${response.status}`);
  };
}
