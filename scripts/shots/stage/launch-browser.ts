import { chromium, type Browser } from '@playwright/test';
import { findChromium } from '../../test/find-chromium';
import { runCommand } from '../../test/run-command';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--hide-scrollbars',
  '--force-color-profile=srgb',
  // It can resolve no name outside this machine.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
];

/** A Chromium of this machine that can reach this machine only. */
export async function launchBrowser(extraArgs: readonly string[] = []): Promise<Browser> {
  const executablePath = await findChromium({
    ...{ env: process.env, isRoot: process.getuid?.() === 0, playwrightPath: chromium.executablePath() },
    run: (program, args) => runCommand({ program, args, timeoutMs: 300_000 }),
    starts: (program) => runCommand({ program, args: ['--version'], timeoutMs: 30_000, isShown: false }),
    say: (line) => process.stderr.write(`${line}\n`),
  });
  return chromium.launch({ executablePath, args: [...ARGS, ...extraArgs] });
}
