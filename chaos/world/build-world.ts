import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { buildSandbox } from '../../sandbox/image/build';
import { buildCli } from '../../scripts/build-cli';
import { CLOCK_FILE, CLOCK_SHIFT } from './clock-shift';
import { buildRoutes } from './routes/build-routes';

/** Programs of a run, bundled from the present source. */
export interface Programs {
  /** Supervisor and bridge; the bridge's clock can be moved. */
  sandbox: string;
  routes: string;
  realtime: string;
  /** The agent that replays recordings. */
  agent: string;
  cli: string;
  /** Preloaded by a program whose clock can be moved. */
  clock: string;
}

/** A bug for the bridge: a text of its bundle, and what stands there instead. */
export interface Patch {
  find: string;
  replace: string;
}

/** The file that moves the clock of a session's bridge. */
export function bridgeClockFile(folder: string, sessionId: string): string {
  return join(folder, `clock-${sessionId}`);
}

/**
 * Bundles everything into a folder. It has to lie in the project, since packages are found from there.
 * Throws when a patch finds nothing to change: its bug would not be planted.
 */
export async function buildWorld(folder: string, patches: readonly Patch[] = []): Promise<Programs> {
  mkdirSync(folder, { recursive: true });
  const programs: Programs = {
    sandbox: join(folder, 'sandbox'),
    routes: join(folder, 'routes.mjs'),
    realtime: join(folder, 'realtime.mjs'),
    agent: join(folder, 'agent.mjs'),
    cli: join(folder, 'dispatch.mjs'),
    clock: join(folder, 'clock-shift.cjs'),
  };
  writeFileSync(programs.clock, CLOCK_SHIFT);
  await Promise.all([
    buildSandbox(programs.sandbox).then(() => changeBridge(folder, programs, patches)),
    buildRoutes(programs.routes),
    bundle('src/embedded/realtime/main.ts', programs.realtime),
    bundle('chaos/agent/main.ts', programs.agent),
    buildCli(programs.cli),
  ]);
  return programs;
}

async function bundle(entry: string, outfile: string): Promise<void> {
  await build({
    ...{ absWorkingDir: resolve('.'), entryPoints: [entry], outfile },
    ...{ bundle: true, packages: 'external', platform: 'node', target: 'node22', format: 'esm' },
    ...{ legalComments: 'none', logLevel: 'warning' },
  });
}

/** Puts the movable clock, and the bugs if there are any, into the bridge. */
function changeBridge(folder: string, programs: Programs, patches: readonly Patch[]): void {
  const path = join(programs.sandbox, 'bridge.mjs');
  const [banner = '', ...rest] = readFileSync(path, 'utf8').split('\n');
  const clockFile = `${JSON.stringify(`${folder}/clock-`)} + process.env.DISPATCH_SESSION`;
  const clock = `process.env.${CLOCK_FILE} = ${clockFile}; require(${JSON.stringify(programs.clock)});`;
  const changed = patches.reduce((source, { find, replace }) => {
    if (!source.includes(find)) throw new Error(`The bridge holds no “${find}”, so no bug can be put there.`);
    return source.replace(find, () => replace);
  }, rest.join('\n'));
  writeFileSync(path, [banner, clock, changed].join('\n'));
}
