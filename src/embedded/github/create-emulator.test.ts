import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EMULATE_VERSION, findEmulate, findPluginFile } from './create-emulator';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'emulate-'));
});
afterAll(() => rm(root, { recursive: true }));

async function fakeInstall(name: string, version: string): Promise<string> {
  const modules = join(root, name, 'node_modules');
  await mkdir(join(modules, 'emulate', 'dist'), { recursive: true });
  await writeFile(join(modules, 'emulate', 'package.json'), JSON.stringify({ version }));
  return modules;
}

test('the installed emulate is the version that the bridge is built on, with the plugin in it', () => {
  expect(findPluginFile(findEmulate())).toMatch(/emulate\/dist\/dist-[A-Z0-9]+[.]js$/);
});

test('another version is refused with the command that installs the right one', async () => {
  const modules = await fakeInstall('newer', '1.0.2');
  expect(() => findEmulate([modules])).toThrow(/0[.]12[.]2, but 1[.]0[.]2 is installed.*emulate@0[.]12[.]2/s);
});

test('a missing emulate and a missing plugin are said', async () => {
  expect(() => findEmulate([join(root, 'nothing')])).toThrow(/not installed/);
  const modules = await fakeInstall('gutted', EMULATE_VERSION);
  expect(() => findPluginFile(findEmulate([modules]))).toThrow(/No GitHub plugin was found/);
});
