// npm run cli:pack: the `dispatch` command as a tarball that `npm install` takes, with nothing else to install.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { buildCli } from './build-cli';

const root = fileURLToPath(new URL('..', import.meta.url));
const Package = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  license: z.string(),
  engines: z.object({ node: z.string() }),
});
const Packed = z.array(z.object({ filename: z.string() })).length(1);

/** Packs the command into `folder`; answers the tarball's path. Everything it needs is in its one file. */
export async function packCli(folder: string): Promise<string> {
  const { name, version, description, license, engines } = Package.parse(
    JSON.parse(readFileSync(`${root}package.json`, 'utf8')),
  );
  const stage = mkdtempSync(join(tmpdir(), 'dispatch-pack-'));
  try {
    await buildCli(join(stage, 'dispatch.mjs'));
    const manifest = {
      ...{ name, version, description, license, type: 'module', engines },
      bin: { dispatch: 'dispatch.mjs' },
      files: ['dispatch.mjs', 'README.md'],
    };
    writeFileSync(join(stage, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    for (const [from, to] of [
      ['docs/cli.md', 'README.md'],
      ['LICENSE', 'LICENSE'],
    ] as const) {
      if (existsSync(`${root}${from}`)) cpSync(`${root}${from}`, join(stage, to));
    }
    mkdirSync(folder, { recursive: true });
    const words = ['pack', '--json', '--pack-destination', resolve(folder)];
    const said = execFileSync('npm', words, {
      cwd: stage,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [packed] = Packed.parse(JSON.parse(said));
    return join(resolve(folder), packed?.filename ?? '');
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(`${await packCli(`${root}dist/cli`)}\n`);
}
