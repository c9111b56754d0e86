import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { CliBench } from '@/testing/cli-bench';
import { useDatabase } from '@/testing/database';

vi.setConfig({ testTimeout: 180_000 });

const EVENTS = 10_000;
const BATCH = 500;

const database = useDatabase();
let bench: CliBench;

beforeAll(async () => {
  bench = await CliBench.start(database.url);
});
afterAll(() => bench.close());
beforeEach(() => bench.signIn());

it('a reader that is slow is waited for: no more of a long log is fetched than it takes', async () => {
  const { sessionId, turnId, bridge } = await bench.session();
  for (let made = 0; made < EVENTS; made += BATCH) {
    await bridge.report(
      ...Array.from({ length: BATCH }, () => ({ kind: 'turn.compacted' as const, turnId })),
    );
  }
  const before = bench.api.requests;
  const command = bench.start(['logs', sessionId, '--json']);
  command.process.stdout.pause();
  let asked = -1;
  while (asked !== bench.api.requests || asked === before) {
    asked = bench.api.requests;
    await pause(2_000);
  }
  // Ten pages and more are there; what was fetched is what the pipe holds.
  expect(asked - before).toBeLessThan(4);
  command.process.stdout.resume();
  expect(await command.exited).toBe(0);
  const seqs = [...command.stdout.matchAll(/^\{"seq":(\d+)/gm)].map(([, seq]) => Number(seq));
  expect(seqs).toEqual(seqs.map((_, at) => at + 1));
  expect(seqs.length).toBeGreaterThan(EVENTS);
});

it('a server of another version is told of in a sentence', async () => {
  const message = 'No procedure found on path "sessions.list"';
  const server = createServer((_request, response) => {
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { json: { message, code: -32004, data: { code: 'NOT_FOUND' } } } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an AddressInfo.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const command = bench.start(['ls'], { env: { DISPATCH_SERVER: url } });
  expect(await command.exited).toBe(2);
  expect(command.stderr).toMatch(/they are of different versions\. Install the newest dispatch\.\n$/);
  server.close();
});
