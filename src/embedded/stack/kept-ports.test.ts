import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listen, stopListening } from '../loopback';
import { KeptPorts } from './kept-ports';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-ports-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a part comes back on the port that it had, and moves only when somebody else has it', async () => {
  const first = await new KeptPorts(folder).take('github', 0);
  expect(await new KeptPorts(folder).take('github', 0)).toBe(first);
  const other = createServer();
  await listen(other, first);
  const moved = new KeptPorts(folder);
  expect(moved.former('github')).toBe(first);
  const second = await moved.take('github', 0);
  expect(second).not.toBe(first);
  await stopListening(other);
  expect(await new KeptPorts(folder).take('github', 0)).toBe(second);
});

test('a port that was asked for by name wins over the former one', async () => {
  const first = await new KeptPorts(folder).take('app', 0);
  const named = await new KeptPorts(folder).takeNamed('app', 0);
  expect(named).not.toBe(first);
});
