import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Of the versions since, those tried ask for a package that npm does not have. */
export const VERCEL_VERSION = '60.1.3';

interface Run {
  /** What the command is called in an error. */
  said: string;
  command: string;
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
}

/** Everything that the command says goes to standard error: standard output is for the answer. */
async function run({ said, command, args, cwd, env }: Run): Promise<void> {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', process.stderr, process.stderr] });
  // The arguments of Node's exit event.
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  if (code !== 0) throw new Error(`${said} failed (${code ?? signal ?? 'no status'}); its output says why.`);
}

/**
 * The official command line, installed once below `toolsFolder` and kept there; it is no dependency of the project,
 * being larger than all of them together. Its packages' install scripts are not run. Gives the file to run with Node.
 */
export async function installVercel(toolsFolder: string): Promise<string> {
  const folder = join(toolsFolder, `vercel-${VERCEL_VERSION}`);
  const program = 'node_modules/vercel/dist/vc.js';
  if (existsSync(join(folder, program))) return join(folder, program);
  // An install that is cut short must not look like one that is done.
  const partial = `${folder}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  try {
    await run({
      said: `npm install vercel@${VERCEL_VERSION}`,
      command: 'npm',
      args: ['install', '--no-save', '--ignore-scripts', '--prefix', partial, `vercel@${VERCEL_VERSION}`],
      cwd: partial,
      env: process.env,
    });
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return join(folder, program);
}

/** The settings that a linked project has on Vercel; the names stand for none and are never looked up. */
const PROJECT = {
  projectId: 'prj_check',
  orgId: 'team_check',
  // The packages are there already.
  settings: { framework: 'nextjs', nodeVersion: '24.x', installCommand: '' },
};

/**
 * Runs `vercel build` in `projectFolder`, which gets its `.vercel/output`. The build sees no variable of this machine
 * (no database, no keys), and no account: whatever needs one would fail here. Throws where the build fails.
 */
export async function buildForVercel(
  vercel: string,
  projectFolder: string,
  homeFolder: string,
): Promise<void> {
  mkdirSync(join(projectFolder, '.vercel'), { recursive: true });
  mkdirSync(homeFolder, { recursive: true });
  writeFileSync(join(projectFolder, '.vercel/project.json'), JSON.stringify(PROJECT));
  await run({
    said: 'vercel build',
    command: process.execPath,
    args: [vercel, 'build', '--yes', '--token', 'none', '--global-config', join(homeFolder, 'vercel')],
    cwd: projectFolder,
    env: {
      NODE_ENV: 'production',
      PATH: [join(projectFolder, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
      HOME: homeFolder,
      CI: '1',
      NO_UPDATE_NOTIFIER: '1',
      VERCEL_TELEMETRY_DISABLED: '1',
      NEXT_TELEMETRY_DISABLED: '1',
    },
  });
}
