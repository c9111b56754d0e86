import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'esbuild';

/** Signing in by a browser needs Next; nobody does it here. */
const LEFT_OUT = /\/auth\//;

/** Bundles the app's routes, as they are now, into a program that serves them on the port in `PORT`. */
export async function buildRoutes(outFile: string): Promise<void> {
  const files = globSync('src/app/api/**/route.ts').filter((file) => !LEFT_OUT.test(file));
  const lines = files.map((file, index) => {
    const pattern = file.replace(/^src\/app/, '').replace(/\/route\.ts$/, '');
    return {
      load: `import * as route${index} from './${file}';`,
      entry: `{ pattern: '${pattern}', handlers: route${index} }`,
    };
  });
  const contents = [
    `import { serveRoutes } from './chaos/world/routes/serve-routes';`,
    ...lines.map(({ load }) => load),
    `serveRoutes([${lines.map(({ entry }) => entry).join(', ')}], Number(process.env.PORT));`,
  ].join('\n');
  await build({
    absWorkingDir: resolve('.'),
    stdin: { contents, resolveDir: resolve('.'), loader: 'ts' },
    outfile: outFile,
    bundle: true,
    packages: 'external',
    alias: { 'next/server': './chaos/world/routes/next-server.ts' },
    platform: 'node',
    target: 'node22',
    format: 'esm',
    legalComments: 'none',
    logLevel: 'warning',
  });
}
