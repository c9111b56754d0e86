import { execFile } from 'node:child_process';
import { lstat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gitEnvironment } from './git-environment';
import { type Mount } from './bwrap-root';
import { type ReadOnlyFolder } from './wall';

const run = promisify(execFile);

/**
 * Shows a folder of this machine read-only. If it is a git folder, then with a configuration that holds the
 * repository's format and nothing else: addresses with passwords and tokens in extra headers live there.
 */
export async function readOnlyMounts(folder: ReadOnlyFolder, scratch: string): Promise<Mount[]> {
  const mounts: Mount[] = [['--ro-bind', folder.source, folder.target]];
  const config = join(folder.source, 'config');
  if (!(await exists(join(folder.source, 'objects'))) || !(await exists(config))) return mounts;
  const clean = join(scratch, 'git-config');
  // Written once: it is shown to the main process while commands are run beside it.
  if (!(await exists(clean))) await writeFile(clean, await formatOf(config));
  mounts.push(['--ro-bind', clean, join(folder.target, 'config')]);
  for (const name of ['config.worktree', 'FETCH_HEAD']) {
    if (await exists(join(folder.source, name))) {
      mounts.push(['--ro-bind', '/dev/null', join(folder.target, name)]);
    }
  }
  // Submodules have configurations of their own in here, and a clone needs none of it.
  if (await exists(join(folder.source, 'modules'))) mounts.push(['--tmpfs', join(folder.target, 'modules')]);
  return mounts;
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}

const FORMAT = '^(core\\.(repositoryformatversion|bare)|extensions\\..*)$';

async function formatOf(config: string): Promise<string> {
  const argv = ['config', '--no-includes', '--file', config, '--null', '--get-regexp', FORMAT];
  const { stdout } = await run('git', argv, { env: gitEnvironment() });
  const lines = stdout
    .split('\0')
    .filter(Boolean)
    .map((entry) => {
      const [name = '', value = 'true'] = entry.split('\n');
      const dot = name.indexOf('.');
      return `[${name.slice(0, dot)}]\n\t${name.slice(dot + 1)} = ${JSON.stringify(value)}\n`;
    });
  return lines.join('');
}
