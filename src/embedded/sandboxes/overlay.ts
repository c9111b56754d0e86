import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rename, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '@/domain/errors';
import { removeTree } from './disk';

const run = promisify(execFile);

/** Folders shown as one: what is read comes from the first layer that has it, what is written goes to `upper`. */
export interface OverlayMount {
  /** Read-only, the newest first. */
  layers: string[];
  /** Null for a view that nothing can be written to. */
  upper: { folder: string; work: string } | null;
  target: string;
}

/** Mounts an overlay in this process's own namespace of mounts; all of its folders lie below `dataDir`. */
export async function mountOverlay(dataDir: string, mount: OverlayMount): Promise<void> {
  // Relative to `dataDir`: signs in its path can't be mistaken for the option's own, and a page holds more layers.
  const named = (folder: string) => relative(dataDir, folder);
  const options = [
    `lowerdir=${mount.layers.map(named).join(':')}`,
    ...(mount.upper === null
      ? ['ro', 'redirect_dir=follow']
      : [
          `upperdir=${named(mount.upper.folder)}`,
          `workdir=${named(mount.upper.work)}`,
          // Or a folder of a layer could not be renamed, which package managers do.
          'redirect_dir=on',
        ]),
    // Layers are shared by several overlays, and each has to hold whole files to be copied by itself.
    'index=off',
    'metacopy=off',
  ];
  await run('mount', ['-t', 'overlay', 'overlay', '-o', options.join(','), mount.target], { cwd: dataDir });
}

/** Takes a mount away. Lazily: whoever looks into it from outside keeps that view, and nobody is held up. */
export async function unmount(target: string): Promise<void> {
  await run('umount', ['--lazy', target]);
}

/** Where something is mounted below a folder, the deepest first. */
export async function mountsBelow(folder: string): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n');
  const targets = lines.map((line) => decodePath(line.split(' ')[4] ?? ''));
  return targets.filter((target) => target.startsWith(`${folder}/`)).toReversed();
}

/** Blanks and the like are written as octal numbers there. */
function decodePath(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_all, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}

/** Tries all that is needed of overlays where the disks are; null when it works, else why not, for people. */
export async function whyNoOverlay(dataDir: string): Promise<string | null> {
  if (process.platform !== 'linux') return 'overlays are for Linux only';
  if (process.getuid?.() !== 0) return 'only root may mount overlays';
  const trial = await mkdtemp(join(dataDir, 'overlay-trial-'));
  try {
    return (await tryOverlay(dataDir, trial)) ? null : 'an overlay loses folders that were renamed';
  } catch (error) {
    return messageOf(error).trim();
  } finally {
    for (const target of await mountsBelow(trial)) await unmount(target);
    await removeTree(trial);
  }
}

/** A folder of a layer is renamed, and has to be found again once that change has become a layer itself. */
async function tryOverlay(dataDir: string, trial: string): Promise<boolean> {
  const [layer, folder] = [join(trial, 'layer'), join(trial, 'upper')];
  const [work, target] = [join(trial, 'work'), join(trial, 'target')];
  for (const each of [join(layer, 'old'), folder, work, target]) await mkdir(each, { recursive: true });
  await writeFile(join(layer, 'old', 'file'), 'kept');
  await mountOverlay(dataDir, { layers: [layer], upper: { folder, work }, target });
  await rename(join(target, 'old'), join(target, 'new'));
  await unmount(target);
  await mountOverlay(dataDir, { layers: [folder, layer], upper: null, target });
  const [found, gone] = await Promise.all([
    readFile(join(target, 'new', 'file'), 'utf8').catch(() => null),
    readFile(join(target, 'old', 'file'), 'utf8').catch(() => null),
  ]);
  return found === 'kept' && gone === null;
}
