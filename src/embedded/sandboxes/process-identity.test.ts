import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { identify, isAlive, sendKill, untilGone } from './process-identity';

test('a process is known by number and start, until it is gone', async () => {
  const child = spawn('sleep', ['600']);
  await once(child, 'spawn');
  const identity = await identify(child.pid!);
  expect(await isAlive(identity!)).toBe(true);
  expect(await isAlive({ ...identity!, startedAt: 'another' })).toBe(false);
  expect(sendKill(child.pid!)).toBe(true);
  await untilGone(identity!);
  expect(await identify(child.pid!)).toBeNull();
});
