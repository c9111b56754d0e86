import { afterEach, expect, it } from 'vitest';
import { freePort } from '../stack/free-port';
import { FunctionPool } from './function-pool';

let pool: FunctionPool | undefined;
afterEach(async () => {
  await pool?.stop();
  pool = undefined;
});

/** Answers with its process id, and counts in its memory how often. */
const PROGRAM = `
  let served = 0;
  require('node:http').createServer((request, response) => {
    if (request.url === '/ready') return response.end('ready');
    served += 1;
    response.end(JSON.stringify({ pid: process.pid, served }));
  }).listen(Number(process.argv[1]), '127.0.0.1');
`;

/** `chances` are handed out one after the other; the last one for ever. */
async function startPool(
  chances: readonly number[],
  graceMs = 0,
): Promise<{ url: string; faults: string[] }> {
  const left = [...chances];
  const faults: string[] = [];
  const port = await freePort(0);
  pool = new FunctionPool({
    ...{ port, graceMs },
    random: () => (left.length > 1 ? left.shift() : left[0]) ?? 0,
    onFault: (fault) => void faults.push(fault),
    program: (own) => ({
      argv: [process.execPath, '-e', PROGRAM, String(own)],
      env: process.env,
      isReady: () =>
        fetch(`http://127.0.0.1:${own}/ready`).then(
          () => true,
          () => false,
        ),
      onLine: () => undefined,
    }),
  });
  await pool.start();
  return { url: `http://127.0.0.1:${port}`, faults };
}

async function ask(url: string): Promise<{ pid: number; served: number }> {
  return (await (await fetch(url)).json()) as { pid: number; served: number }; // our own program's words
}

it('meets another process with each request, whose memory knows nothing of the one before', async () => {
  const { url } = await startPool([0.99]);
  const answers = [await ask(url), await ask(url), await ask(url)];
  expect(new Set(answers.map(({ pid }) => pid)).size).toBe(3);
  expect(answers.map(({ served }) => served)).toEqual([1, 1, 1]);
});

it('kills and freezes processes that have answered, and answers all the same', async () => {
  // The first is killed, the second is not killed but frozen, and so on.
  const { url, faults } = await startPool([0, 0.99, 0, 0.5, 0.99]);
  for (let index = 0; index < 20; index += 1) expect((await ask(url)).served).toBeGreaterThan(0);
  expect(faults.slice(0, 2)).toEqual(['killed', 'frozen']);
});

it('puts a new process in the place of one that was killed', async () => {
  const { url } = await startPool([0, 0.99]);
  const before = new Set(pool?.pids());
  const { pid } = await ask(url);
  await expect.poll(() => pool?.pids().length).toBe(before.size);
  await expect.poll(() => pool?.pids().includes(pid)).toBe(false);
  expect(pool?.pids().filter((one) => !before.has(one))).toHaveLength(1);
});

it('leaves a process to itself for a while, and as long as it has something to do', async () => {
  const { url, faults } = await startPool([0], 1_500);
  for (let index = 0; index < 10; index += 1) await ask(url);
  expect(faults).toEqual([]);
  await expect.poll(() => faults, { timeout: 10_000 }).toContain('killed');
});
