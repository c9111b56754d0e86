import { existsSync } from 'node:fs';
import { findProgram } from '../test/find-program';
import { mustRun, type ProgramRun } from './run-program';

/** What a build needs of this machine. */
export interface ImageTools {
  bwrap: string;
  mmdebstrap: string;
  npm: string;
}

/** The programs that a build runs. Throws with what to do where the machine can't do it. */
export async function findImageTools(say: (line: string) => void): Promise<ImageTools> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`The image is one of Linux on x64, and this is ${process.platform} on ${process.arch}.`);
  }
  if (process.getuid?.() !== 0) {
    throw new Error(
      'Debian’s packages can only be installed by root: type sudo npm run image -- --local. ' +
        'Sandboxes that use the root need no such right.',
    );
  }
  return {
    bwrap: await findBwrap(say),
    mmdebstrap: await findOrInstall('mmdebstrap', say),
    npm: found('npm') ?? missing('npm', 'It comes with Node.js.'),
  };
}

/** Proofs need bubblewrap alone. */
export function findBwrap(say: (line: string) => void): Promise<string> {
  return findOrInstall('bubblewrap', say, 'bwrap');
}

async function findOrInstall(
  packageName: string,
  say: (line: string) => void,
  program = packageName,
): Promise<string> {
  const present = found(program);
  if (present !== undefined) return present;
  const aptGet = found('apt-get');
  const remedy = `Type: apt-get install ${packageName}`;
  if (aptGet === undefined || process.getuid?.() !== 0) return missing(program, remedy);
  say(`installing ${packageName}, which this machine has not`);
  const run = (args: string[]): ProgramRun => ({ program: aptGet, args, timeoutMs: 300_000 });
  await mustRun(run(['update']), 'Reading Debian’s package lists');
  await mustRun(run(['install', '-y', '--no-install-recommends', packageName]), `Installing ${packageName}`);
  return found(program) ?? missing(program, remedy);
}

function found(program: string): string | undefined {
  return findProgram(program, process.env['PATH'] ?? '');
}

function missing(program: string, remedy: string): never {
  throw new Error(`There is no ${program} on the PATH. ${remedy}`);
}

/** What a build has to be told so that it reaches the network as this machine does. Sign-ins are not among it. */
export async function networkOfMachine(npm: string): Promise<Network> {
  const registry = await mustRun(
    { program: npm, args: ['config', 'get', 'registry'], timeoutMs: 30_000 },
    'Asking npm for its registry',
  );
  const names = ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];
  const proxies = names.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const certificates = process.env['NODE_EXTRA_CA_CERTS'] ?? '';
  return {
    env: { npm_config_registry: registry.stdout.trim(), ...Object.fromEntries(proxies) },
    certificates: existsSync(certificates) ? certificates : null,
  };
}

export interface Network {
  env: Record<string, string>;
  /** Certificates that this machine trusts beside the usual ones. */
  certificates: string | null;
}
