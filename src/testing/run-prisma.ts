import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

/** How a run of Prisma's command line ended and what it printed on both streams. */
export interface PrismaRun {
  exitCode: number | null;
  output: string;
}

/** Where to run it and on which database. */
export interface PrismaSetting {
  databaseUrl: string;
  /** A folder with a prisma.config of its own; default: this project. */
  cwd?: string;
}

/** Runs the real command line of Prisma, always with this project's own schema engine. */
export async function runPrisma(args: readonly string[], setting: PrismaSetting): Promise<PrismaRun> {
  const child = spawn(process.execPath, [resolve('node_modules/prisma/build/index.js'), ...args], {
    cwd: setting.cwd ?? resolve('.'),
    env: {
      ...process.env,
      DATABASE_URL: setting.databaseUrl,
      DIRECT_DATABASE_URL: '',
      PRISMA_SCHEMA_ENGINE_BINARY: resolve('scripts/prisma-schema-engine.mjs'),
      // No telemetry and no look for a newer version.
      CHECKPOINT_DISABLE: '1',
      NO_COLOR: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (exitCode) => done({ exitCode, output }));
  });
}
