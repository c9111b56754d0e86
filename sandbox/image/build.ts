// npm run build:sandbox: what runs inside a sandbox, one file for each program (`SANDBOX_PROGRAMS`).
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Bundles all of them into `outFolder` (`dist/sandbox` of the project by default). Each file is whole at any moment, since
 * other stacks of this checkout may be starting sandboxes from it.
 */
export async function buildSandbox(outFolder = `${root}dist/sandbox`): Promise<void> {
  const { outputFiles } = await build({
    write: false,
    absWorkingDir: root,
    entryPoints: {
      supervisor: 'sandbox/supervisor/main.ts',
      bridge: 'sandbox/bridge/main.ts',
      plugin: 'sandbox/agents/opencode/plugin/main.ts',
      picture: 'sandbox/picture/main.ts',
    },
    outdir: outFolder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    // pusher-js is CommonJS and asks for Node's own modules at run time.
    banner: {
      js: "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url);",
    },
    legalComments: 'none',
    logLevel: 'warning',
  });
  mkdirSync(outFolder, { recursive: true });
  for (const { path, contents } of outputFiles) {
    const next = `${path}.${process.pid}`;
    writeFileSync(next, contents);
    renameSync(next, path);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildSandbox();
