// npm run build:sandbox: what runs inside a sandbox, one file for each of its two programs.
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Bundles supervisor and bridge into `outFolder` (`dist/sandbox` of the project by default). */
export async function buildSandbox(outFolder = `${root}dist/sandbox`): Promise<void> {
  rmSync(outFolder, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: { supervisor: 'sandbox/supervisor/main.ts', bridge: 'sandbox/bridge/main.ts' },
    outdir: outFolder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    // pusher-js is CommonJS and asks for Node's own modules at run time.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    legalComments: 'none',
    logLevel: 'warning',
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildSandbox();
