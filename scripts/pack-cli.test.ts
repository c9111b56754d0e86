import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { packCli } from './pack-cli';

const folder = mkdtempSync(join(tmpdir(), 'dispatch-packed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('makes a tarball that installs and runs in a clean folder, without anything else', async () => {
  const tarball = await packCli(folder);
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const run = (program: string, ...words: string[]): string =>
    execFileSync(program, words, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  run('npm', 'install', '--offline', '--no-audit', '--no-fund', tarball);
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(run(join(folder, 'node_modules/.bin/dispatch'), '--version').trim()).toBe(version);
  expect(run('npm', 'ls', '--all', '--parseable').trim().split('\n')).toHaveLength(2);
}, 120_000);
