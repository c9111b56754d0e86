import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { messageOf } from '@/domain/errors';
import { SANDBOX_PROGRAMS } from '@/domain/wire/supervisor';
import { createBwrapWall } from './bwrap-wall';
import { createProcessWall } from './process-wall';
import { DISK_FOLDERS, type SandboxMode, type SandboxTools, type Wall } from './wall';

export interface ChooseWall {
  dataDir: string;
  tools: SandboxTools;
  mode: SandboxMode | 'auto';
}

/**
 * Takes bubblewrap when a trial run of it works, else plain processes, and says why. Rejects when bubblewrap was
 * asked for and does not work, or when a tool is missing.
 */
export async function chooseWall(options: ChooseWall): Promise<{ wall: Wall; notice: string }> {
  const { dataDir, mode } = options;
  const tools = await findTools(options.tools);
  if (mode !== 'process') {
    const tried = await tryBwrap(dataDir, tools);
    if ('wall' in tried) return { wall: tried.wall, notice: 'bubblewrap: own files, processes and users' };
    if (mode === 'bwrap')
      throw new Error(`Sandboxes need bubblewrap, which does not work here: ${tried.reason}`);
    const wall = await createProcessWall({ dataDir, tools });
    return { wall, notice: `plain processes, NOT isolated, since bubblewrap does not work: ${tried.reason}` };
  }
  return {
    wall: await createProcessWall({ dataDir, tools }),
    notice: 'plain processes, NOT isolated, as asked',
  };
}

/** Links are followed here: what they point to is not there for those inside. */
async function findTools(tools: SandboxTools): Promise<SandboxTools> {
  const find = async (name: string, path: string) => {
    try {
      return await realpath(path);
    } catch (cause) {
      throw new Error(`Sandboxes need ${name}, and there is none at ${path}.`, { cause });
    }
  };
  for (const name of SANDBOX_PROGRAMS) await find(`the bundled ${name}`, join(tools.supervisor, name));
  return {
    node: await find('node', tools.node),
    opencode: await find('opencode', tools.opencode),
    rg: await find('rg', tools.rg),
    supervisor: await find('the supervisor folder', tools.supervisor),
    ...(tools.playwright !== undefined && { playwright: await find('Playwright', tools.playwright) }),
    ...(tools.chromium !== undefined && { chromium: await find('Chromium', tools.chromium) }),
    ...(tools.root !== undefined && { root: tools.root }),
  };
}

async function tryBwrap(dataDir: string, tools: SandboxTools): Promise<{ wall: Wall } | { reason: string }> {
  if (process.platform !== 'linux') return { reason: 'it is for Linux only.' };
  const bwrap = await findProgram('bwrap');
  if (bwrap === null)
    return { reason: 'there is no bwrap on the path; on Debian: apt-get install bubblewrap' };
  const wall = await createBwrapWall({ dataDir, tools, bwrap });
  const reason = await trialRun(wall);
  return reason === null ? { wall } : { reason };
}

/** Runs node once as a sandbox would; null when that worked, else why not. */
async function trialRun(wall: Wall): Promise<string | null> {
  const scratch = await mkdtemp(join(tmpdir(), 'dispatch-trial-'));
  try {
    for (const folder of DISK_FOLDERS) await mkdir(join(scratch, folder));
    const [node = ''] = wall.mainCommand;
    const argv = [node, '--version'];
    const env = { ...wall.pathsOf(scratch) };
    const trial = await wall.start({
      ...{ disk: scratch, scratch, argv, env, readOnlyFolder: null },
      ...{ groups: [], stdin: null, isMain: true },
    });
    const [code, printed] = await Promise.all([trial.ended, trial.stderr.toArray(), trial.stdout.toArray()]);
    return code === 0 ? null : `a trial run ended with ${code}: ${Buffer.concat(printed).toString().trim()}`;
  } catch (error) {
    return messageOf(error);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function findProgram(name: string): Promise<string | null> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, name);
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return null;
}
