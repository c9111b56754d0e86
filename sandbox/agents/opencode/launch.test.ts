import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { repositoryInstructions } from './launch';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-launch-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a repository’s AGENTS.md is given to the agent', () => {
  const file = join(folder, 'AGENTS.md');
  writeFileSync(file, 'rules');
  expect(repositoryInstructions(folder)).toEqual([file]);
});

test('without one there are no instructions', () => {
  expect(repositoryInstructions(folder)).toEqual([]);
});

test('a link in its place is not followed', () => {
  symlinkSync('/etc/passwd', join(folder, 'AGENTS.md'));
  expect(repositoryInstructions(folder)).toEqual([]);
});
