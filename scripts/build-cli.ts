// npm run build:cli: the `dispatch` command as one file that runs on any Node from 20.19.
import { chmodSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { z } from 'zod';

const root = fileURLToPath(new URL('..', import.meta.url));
const Package = z.object({ version: z.string() });

/** Bundles `src/cli` into `outFile` (`dist/cli/dispatch.mjs` of the project by default). */
export async function buildCli(outFile = `${root}dist/cli/dispatch.mjs`): Promise<void> {
  const { version } = Package.parse(JSON.parse(readFileSync(`${root}package.json`, 'utf8')));
  await build({
    absWorkingDir: root,
    entryPoints: ['src/cli/main.ts'],
    outfile: outFile,
    bundle: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    define: { DISPATCH_VERSION: JSON.stringify(version) },
    banner: {
      // commander and pusher-js are CommonJS and ask for Node's own modules at run time.
      js: "#!/usr/bin/env node\nimport { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    legalComments: 'none',
    logLevel: 'warning',
  });
  chmodSync(outFile, 0o755);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildCli();
