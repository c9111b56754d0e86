import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findChromium, type Machine } from './find-chromium';
import { runCommand } from './run-command';

let folder: string;
let ran: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'find-chromium-'));
  ran = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function putProgram(path: string, status = 0): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\nexit ${status}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** A machine with nothing on it but what a test puts there; `installs` says what a command brings. */
function machine(overrides: Partial<Machine> = {}, installs: Record<string, () => void> = {}): Machine {
  return {
    env: { PATH: join(folder, 'bin') },
    isRoot: false,
    playwrightPath: join(folder, 'playwright/chrome'),
    run: async (command, args) => {
      const line = [command.split('/').at(-1), ...args].join(' ');
      ran.push(line);
      installs[line]?.();
      return line in installs;
    },
    starts: (program) => runCommand({ program, args: ['--version'], isShown: false }),
    say: () => {},
    ...overrides,
  };
}

describe('a Chromium that is there', () => {
  it('is the one that CHROMIUM_PATH names, before all others', async () => {
    putProgram('bin/chromium');
    const named = putProgram('mine');
    const env = { PATH: join(folder, 'bin'), CHROMIUM_PATH: named };
    expect(await findChromium(machine({ env }))).toBe(named);
  });

  it('is not replaced by another when CHROMIUM_PATH names one that does not start', async () => {
    putProgram('bin/chromium');
    const env = { PATH: join(folder, 'bin'), CHROMIUM_PATH: join(folder, 'gone') };
    await expect(findChromium(machine({ env }))).rejects.toThrow('which does not start');
    expect(ran).toEqual([]);
  });

  it.each(['chromium', 'chromium-browser', 'google-chrome'])("is the system's %s", async (name) => {
    const program = putProgram(`bin/${name}`);
    putProgram('playwright/chrome');
    expect(await findChromium(machine())).toBe(program);
    expect(ran).toEqual([]);
  });

  it("is Playwright's when the system's does not start", async () => {
    putProgram('bin/chromium', 127);
    const program = putProgram('playwright/chrome');
    expect(await findChromium(machine())).toBe(program);
  });
});

describe('a Chromium that is not there', () => {
  const debian = 'apt-get install -y --no-install-recommends chromium';

  it("is Playwright's, installed", async () => {
    const installs = { 'playwright install chromium': () => void putProgram('playwright/chrome') };
    expect(await findChromium(machine({ isRoot: true }, installs))).toBe(join(folder, 'playwright/chrome'));
    expect(ran).toEqual(['playwright install chromium']);
  });

  it("is Debian's for root when Playwright's lacks its libraries", async () => {
    putProgram('bin/apt-get');
    const installs = {
      'playwright install chromium': () => void putProgram('playwright/chrome', 127),
      [debian]: () => void putProgram('bin/chromium'),
    };
    expect(await findChromium(machine({ isRoot: true }, installs))).toBe(join(folder, 'bin/chromium'));
    expect(ran).toEqual(['playwright install chromium', 'apt-get update', debian]);
  });

  it('fails with the one line to type for anybody else', async () => {
    putProgram('bin/apt-get');
    await expect(findChromium(machine())).rejects.toThrow(
      'Type: npx playwright install --with-deps chromium',
    );
    expect(ran).toEqual(['playwright install chromium']);
  });
});
