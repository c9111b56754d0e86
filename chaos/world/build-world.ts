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

/** A change of a program: a text of its bundle, and what stands there instead; groups as `String.replace` knows them. */
export interface Patch {
  program: 'bridge' | 'supervisor' | 'routes' | 'agent' | 'cli';
  find: string | RegExp;
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
    buildSandbox(programs.sandbox).then(() => changeSandbox(folder, programs, patches)),
    buildRoutes(programs.routes),
    bundle('src/embedded/realtime/main.ts', programs.realtime),
    bundle('chaos/agent/main.ts', programs.agent),
    buildCli(programs.cli),
  ]);
  for (const program of ['routes', 'agent', 'cli'] as const) {
    const own = patches.filter((patch) => patch.program === program);
    const path = programs[program];
    if (own.length > 0) writeFileSync(path, own.reduce(applyPatch, readFileSync(path, 'utf8')));
  }
  return programs;
}

async function bundle(entry: string, outfile: string): Promise<void> {
  await build({
    ...{ absWorkingDir: resolve('.'), entryPoints: [entry], outfile },
    ...{ bundle: true, packages: 'external', platform: 'node', target: 'node22', format: 'esm' },
    ...{ legalComments: 'none', logLevel: 'warning' },
  });
}

/** Puts the movable clock into the bridge, and the changes where they belong. */
function changeSandbox(folder: string, programs: Programs, patches: readonly Patch[]): void {
  for (const program of ['bridge', 'supervisor'] as const) {
    const path = join(programs.sandbox, `${program}.mjs`);
    const [banner = '', ...rest] = readFileSync(path, 'utf8').split('\n');
    const own = patches.filter((patch) => patch.program === program);
    const clock = program === 'bridge' ? [clockOf(folder, programs)] : [];
    writeFileSync(path, [banner, ...clock, own.reduce(applyPatch, rest.join('\n'))].join('\n'));
  }
}

function clockOf(folder: string, { clock }: Programs): string {
  const file = `${JSON.stringify(`${folder}/clock-`)} + process.env.DISPATCH_SESSION`;
  return `process.env.${CLOCK_FILE} = ${file}; require(${JSON.stringify(clock)});`;
}

function applyPatch(source: string, { program, find, replace }: Patch): string {
  const isThere = typeof find === 'string' ? source.includes(find) : find.test(source);
  if (!isThere)
    throw new Error(`The ${program} holds no “${String(find)}”, so nothing can be changed there.`);
  return typeof find === 'string' ? source.replace(find, () => replace) : source.replace(find, replace);
}
