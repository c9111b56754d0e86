import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { savedDatabaseUrl } from '@/embedded/postgres/saved-database-url';
import { buildPrograms } from '@/embedded/stack/build-programs';
import { KeptPorts } from '@/embedded/stack/kept-ports';
import { readOrMakeSecrets } from '@/embedded/stack/secrets';
import { findRunningStack } from '@/embedded/stack/stack-file';
import { startStack } from '@/embedded/stack/start-stack';
import { makeStageDeps, type StageDeps } from './stage-deps';

/** A whole stack on this machine, and services over its database to seed what is to be looked at. */
export interface Stage {
  url: string;
  databaseUrl: string;
  deps: StageDeps;
  /** Its realtime server, for who connects to it past a browser. */
  realtime: { port: number; secret: string };
  /** Nobody else looks at this stack, so its database may be held up for a moment. */
  isOwn: boolean;
  close(): Promise<void>;
}

export interface StageOptions {
  /** The data folder of a stack that runs already; null for one of its own, in a temporary folder. */
  dataFolder: string | null;
  app: 'dev' | 'built';
  say: (line: string) => void;
}

/** Opens a stage; what it started is ended by `close`, what ran before goes on. */
export async function openStage(options: StageOptions): Promise<Stage> {
  return options.dataFolder === null ? openOwn(options) : joinRunning(resolve(options.dataFolder));
}

async function joinRunning(dataFolder: string): Promise<Stage> {
  const running = findRunningStack(dataFolder);
  if (!running) throw new Error(`No stack runs on ${dataFolder}. Leave --data out for one of its own.`);
  const deps = await makeStageDeps({ dataFolder, ...running });
  const databaseUrl = savedDatabaseUrl(dataFolder) ?? '';
  return {
    url: running.url,
    databaseUrl,
    deps,
    realtime: realtimeOf(dataFolder),
    isOwn: false,
    close: () => deps.close(),
  };
}

async function openOwn({ app, say }: StageOptions): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-stage-'));
  // Postgres runs as another user when this runs as root, and must get in.
  chmodSync(folder, 0o755);
  const dataFolder = join(folder, 'data');
  await buildPrograms();
  const stack = await startStack({
    ...{ dataFolder, app, port: 0, sandboxMode: 'auto', environment: process.env },
    onPart: () => undefined,
    onNotice: (notice) => say(`stack: ${notice}`),
  });
  const deps = await makeStageDeps({ dataFolder, ...stack });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= endOwn());
  const endOwn = async (): Promise<void> => {
    await deps.close();
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  // Whoever ends this process means its stack as well.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void close().finally(() => process.exit(1)));
  }
  return {
    url: stack.url,
    databaseUrl: stack.databaseUrl,
    deps,
    realtime: realtimeOf(dataFolder),
    isOwn: true,
    close,
  };
}

function realtimeOf(dataFolder: string): Stage['realtime'] {
  const port = new KeptPorts(dataFolder).former('realtime') ?? 0;
  return { port, secret: readOrMakeSecrets(dataFolder).pusher };
}
