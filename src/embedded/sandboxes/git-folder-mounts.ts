import { execFile } from 'node:child_process';
import { lstat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Mount } from './bwrap-root';
import { gitEnvironment } from './git-environment';
import { type ReadOnlyFolder } from './wall';

const run = promisify(execFile);

/**
 * Shows a folder of this machine read-only. Of a git repository only git's own data is shown, which can be cloned
 * like the whole: the files that lie around uncommitted or ignored are nobody's business, and neither is its
 * configuration, where addresses with passwords and tokens in extra headers live.
 */
export async function readOnlyMounts(folder: ReadOnlyFolder, scratch: string): Promise<Mount[]> {
  const { source, target } = folder;
  const data = await gitDataOf(source);
  if (data === null) return [['--ro-bind', source, target]];
  const mounts: Mount[] = [['--ro-bind', data, target]];
  const clean = join(scratch, 'git-config');
  // Written once: it is shown to the main process while commands are run beside it.
  if (!(await exists(clean))) await writeFile(clean, await formatOf(join(data, 'config')));
  mounts.push(['--ro-bind', clean, join(target, 'config')]);
  for (const name of ['config.worktree', 'FETCH_HEAD']) {
    if (await exists(join(data, name))) mounts.push(['--ro-bind', '/dev/null', join(target, name)]);
  }
  // Submodules have configurations of their own in here, and a clone needs none of it.
  if (await exists(join(data, 'modules'))) mounts.push(['--tmpfs', join(target, 'modules')]);
  return mounts;
}

/** The folder with git's data: of a working tree, of a linked one, of a bare repository; null where there is none. */
async function gitDataOf(folder: string): Promise<string | null> {
  const env = gitEnvironment({ GIT_CEILING_DIRECTORIES: dirname(folder) });
  const argv = ['rev-parse', '--path-format=absolute', '--git-common-dir'];
  // Git ends with an error for a folder that is no repository.
  const found = await run('git', argv, { cwd: folder, env }).catch(() => null);
  return found === null ? null : found.stdout.trimEnd();
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
