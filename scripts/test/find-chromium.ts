import { findProgram, isProgram } from './find-program';

/** What the search knows of the machine, so that it can be tested on others. */
export interface Machine {
  /** CHROMIUM_PATH, PATH and the like. */
  env: Readonly<Record<string, string | undefined>>;
  isRoot: boolean;
  /** Where Playwright keeps the browser that it installs, whether or not it is there yet. */
  playwrightPath: string;
  /** Runs a command with its output shown; false when it failed or is not there. */
  run: (command: string, args: readonly string[]) => Promise<boolean>;
  /** Whether the program starts at all: one without its system libraries does not. */
  starts: (program: string) => Promise<boolean>;
  say: (line: string) => void;
}

const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const REMEDY =
  'Type: npx playwright install --with-deps chromium   (or set CHROMIUM_PATH to a Chromium that is there)';

async function findInstalled({ env, playwrightPath, starts }: Machine): Promise<string | undefined> {
  const candidates = [
    ...SYSTEM_NAMES.map((name) => findProgram(name, env['PATH'] ?? '')),
    isProgram(playwrightPath) ? playwrightPath : undefined,
  ];
  for (const candidate of candidates) {
    if (candidate !== undefined && (await starts(candidate))) return candidate;
  }
  return undefined;
}

async function installFromDebian({ run, isRoot, env, say }: Machine): Promise<void> {
  const aptGet = findProgram('apt-get', env['PATH'] ?? '');
  if (!isRoot || aptGet === undefined) return;
  say('installing the system’s Chromium…');
  // Old package lists often still do, so a failed update decides nothing.
  await run(aptGet, ['update']);
  await run(aptGet, ['install', '-y', '--no-install-recommends', 'chromium']);
}

/**
 * A Chromium for the tests in a browser: CHROMIUM_PATH, else the system's, else Playwright's own, else Playwright's is
 * installed, else, as root on Debian, the system's. Throws with what to type when none of that works, and when
 * CHROMIUM_PATH names something that does not start: what was asked for by name is not replaced by something else.
 */
export async function findChromium(machine: Machine): Promise<string> {
  const named = machine.env['CHROMIUM_PATH'] ?? '';
  if (named !== '') {
    if (await machine.starts(named)) return named;
    throw new Error(`CHROMIUM_PATH is ${named}, which does not start. Correct it, or unset it.`);
  }
  const present = await findInstalled(machine);
  if (present !== undefined) return present;
  machine.say('there is no Chromium; installing Playwright’s…');
  await machine.run('playwright', ['install', 'chromium']);
  const fromPlaywright = await findInstalled(machine);
  if (fromPlaywright !== undefined) return fromPlaywright;
  await installFromDebian(machine);
  const fromDebian = await findInstalled(machine);
  if (fromDebian !== undefined) return fromDebian;
  throw new Error(`The tests in a browser need a Chromium, and none could be installed. ${REMEDY}`);
}
