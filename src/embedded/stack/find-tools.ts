import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import type { SandboxTools } from '../sandboxes/wall';

const require = createRequire(import.meta.url);

/**
 * The programs that every sandbox gets, from npm's packages for this platform; `OPENCODE_BIN` and `RG_BIN` name
 * others. `SANDBOX_ROOT` is a root that `npm run image -- --local` built, with programs of its own for all of them.
 * Throws with what to install where there is none.
 */
export function findTools(environment: NodeJS.ProcessEnv): SandboxTools {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const root = environment['SANDBOX_ROOT'] ?? '';
  return {
    node: process.execPath,
    opencode: environment['OPENCODE_BIN'] ?? programOf(`opencode-${platform}`, 'bin/opencode', 'opencode'),
    rg:
      environment['RG_BIN'] ??
      programOf(`@vscode/ripgrep-${process.platform}-${process.arch}`, 'bin/rg', 'rg'),
    supervisor: resolve('dist/sandbox'),
    ...pictureTools(environment),
    ...(root !== '' && { root: resolve(root) }),
  };
}

/** A browser of the system's is found in a sandbox as it is here; only one that is elsewhere has to be shown to it. */
function pictureTools(environment: NodeJS.ProcessEnv): Pick<SandboxTools, 'playwright' | 'chromium'> {
  const named = environment['CHROMIUM_PATH'] ?? '';
  // Where Playwright keeps the browser that it installs, whether or not it is there.
  const chromiumPath = [named, chromium.executablePath()].find((path) => path !== '' && existsSync(path));
  return {
    playwright: folderOf('@playwright/test', 'playwright', 'playwright-core'),
    ...(chromiumPath !== undefined && { chromium: chromiumPath }),
  };
}

/** The folder of the last package, each of which is installed for the one before. */
function folderOf(...names: string[]): string {
  const manifest = names.reduce(
    (from, name) => createRequire(from).resolve(`${name}/package.json`),
    fileURLToPath(import.meta.url),
  );
  return dirname(manifest);
}

function programOf(packageName: string, path: string, command: string): string {
  const inPackage = packagedProgram(packageName, path);
  if (inPackage !== undefined) return inPackage;
  const onPath = programOnPath(command);
  if (onPath !== undefined) return onPath;
  throw new Error(
    `There is no ${command} for this platform: the npm package ${packageName} is not installed. ` +
      `Install ${command} and put it on the PATH, or run npm install --no-save ${packageName}.`,
  );
}

function packagedProgram(packageName: string, path: string): string | undefined {
  try {
    const program = join(require.resolve(`${packageName}/package.json`), '..', path);
    return existsSync(program) ? program : undefined;
  } catch {
    // An optional package of another platform is not there; the PATH is looked at next.
    return undefined;
  }
}

function programOnPath(command: string): string | undefined {
  try {
    return execFileSync('sh', ['-c', `command -v ${command}`], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    // `command -v` ends with 1 when there is none.
    return undefined;
  }
}
