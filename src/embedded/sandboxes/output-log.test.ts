import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lastOutput, logOutput } from './output-log';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dispatch-log-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const lines = (name: string, count: number) =>
  Readable.from(Array.from({ length: count }, (_, index) => Buffer.from(`${name} ${index}\n`)));

test('a log keeps the end of what was printed and never grows over twice its limit', async () => {
  const path = join(folder, 'output.log');
  await logOutput([lines('out', 5_000), lines('err', 5_000)], path, 10_000);
  const sizes = await Promise.all(
    (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size),
  );
  expect(sizes).toHaveLength(2);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(10_000);
  const end = await lastOutput(path);
  expect(end).toContain('out 4999\n');
  expect(end).toContain('err 4999\n');
  expect(end.length).toBeLessThanOrEqual(2_000);
});

test('a log that can not be written loses lines and holds nobody up', async () => {
  const path = join(folder, 'missing', 'output.log');
  await logOutput([lines('out', 100)], path);
  expect(await lastOutput(path)).toBe('');
});
