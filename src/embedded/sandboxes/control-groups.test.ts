import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createControlGroups, removeGroups } from './control-groups';
import { limitsOf } from './limits';
import { inGroups } from './wall';

const groups = await createControlGroups();

const open = () => groups.open(`test-${randomUUID()}`, limitsOf({}));

/** A process in the groups, once it runs. */
async function startIn(folders: string[]) {
  const [program = '', ...argv] = inGroups(folders, ['sh', '-c', 'echo up; sleep 600']);
  const child = spawn(program, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return { gone: once(child, 'exit') };
}

/** What stops the processes of a group, in either version of groups. */
async function switchesOf(folders: string[]) {
  const all = folders.flatMap((folder) => [
    { file: join(folder, 'freezer.state'), on: 'FROZEN' },
    { file: join(folder, 'cgroup.freeze'), on: '1' },
  ]);
  const there = await Promise.all(all.map(({ file }) => readFile(file).catch(() => null)));
  return all.filter((_, number) => there[number] !== null);
}

async function isStopped(folders: string[]): Promise<boolean> {
  const switches = await switchesOf(folders);
  const states = await Promise.all(switches.map(({ file }) => readFile(file, 'utf8')));
  return switches.some(({ on }, number) => states[number]?.trim() === on);
}

async function expectGone(folders: string[]): Promise<void> {
  for (const folder of folders) await expect(access(folder)).rejects.toMatchObject({ code: 'ENOENT' });
}

const isSkipped = groups.limits.length === 0;
describe.skipIf(isSkipped)(`control groups${isSkipped ? ' (skipped: none can be made here)' : ''}`, () => {
  test('a group is removed with what is left in it, a stopped one too', async () => {
    const { folders } = await open();
    const { gone } = await startIn(folders);
    // What a host that was killed while it copied a disk leaves behind.
    for (const { file, on } of await switchesOf(folders)) await writeFile(file, on);
    await removeGroups(folders);
    expect((await gone)[1]).toBe('SIGKILL');
    await expectGone(folders);
    await removeGroups(folders);
  });

  test('a group that was divided from inside is removed', async () => {
    const { folders } = await open();
    const parts = folders.map((folder) => join(folder, 'part'));
    for (const part of parts) await mkdir(part);
    const { gone } = await startIn(parts);
    await removeGroups(folders);
    await gone;
    await expectGone(folders);
  });

  test('a paused group stands still, and goes on after an error too', async () => {
    const group = await open();
    const { gone } = await startIn(group.folders);
    const failed = group.whilePaused(async () => {
      expect(await isStopped(group.folders)).toBe(true);
      throw new Error('no room');
    });
    await expect(failed).rejects.toThrow('no room');
    expect(await isStopped(group.folders)).toBe(false);
    await removeGroups(group.folders);
    await gone;
  });
});

test('a command leaves no core file, in groups or without', async () => {
  const [program = '', ...argv] = inGroups(
    [],
    ['sh', '-c', 'ulimit -c; ulimit -H -c; echo "$@"', 'sh', 'a b'],
  );
  const { stdout } = await promisify(execFile)(program, argv);
  expect(stdout).toBe('0\n0\na b\n');
});
