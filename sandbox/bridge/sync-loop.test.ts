import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TurnId } from '@/domain/ids';
import type { NumberedCommand, SyncRequest, SyncResponse } from '@/domain/wire/bridge';
import { Journal } from './journal';
import { LiveText } from './live-text';
import { ServerClient } from './server-client';
import { SyncLoop } from './sync-loop';

const turnId = TurnId.parse('00000000-0000-4000-8000-00000000000a');
const stop = (n: number): NumberedCommand => ({ n, command: { type: 'stop', turnId } });

let folder: string;
let journal: Journal;
let server: http.Server;
let loop: SyncLoop;
let running: Promise<unknown>;
/** What the server answers with, and what each sync said that it had taken. */
let waiting: NumberedCommand[];
let acked: number[];
const onCommands = vi.fn<(commands: readonly NumberedCommand[]) => void>();
const taken = (): number[] => onCommands.mock.calls.flatMap(([commands]) => commands.map(({ n }) => n));

beforeEach(async () => {
  [waiting, acked] = [[], []];
  onCommands.mockClear();
  folder = mkdtempSync(join(tmpdir(), 'dispatch-sync-'));
  journal = Journal.open(folder, 1, () => '00000000-0000-4000-8000-000000000001');
  server = http.createServer((request, response) => {
    void (async () => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      const { ackedCommand } = JSON.parse(text) as SyncRequest; // our own client's
      acked.push(ackedCommand);
      const answer: SyncResponse = { ack: 0, epoch: 1, commands: waiting, watchers: 0 };
      response.end(JSON.stringify(answer));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a listening TCP server has one
  loop = new SyncLoop({
    server: new ServerClient(`http://127.0.0.1:${port}`, 'token'),
    ...{ journal, live: new LiveText(), isOwnRealtime: true, onCommands },
  });
  running = loop.run();
  await vi.waitFor(() => expect(acked).toEqual([0]));
});

afterEach(async () => {
  loop.close();
  await running;
  journal.close();
  server.close();
  rmSync(folder, { recursive: true });
});

test('what comes with the ring is taken at once, and acknowledged', async () => {
  loop.rang([stop(1)]);
  expect(taken()).toEqual([1]);
  await vi.waitFor(() => expect(acked.at(-1)).toBe(1));
});

test('what came with the ring and with an answer is taken once', async () => {
  waiting = [stop(1)];
  loop.rang([stop(1)]);
  await vi.waitFor(() => expect(acked.at(-1)).toBe(1));
  loop.rang([stop(1)]);
  await vi.waitFor(() => expect(acked).toHaveLength(3));
  expect(taken()).toEqual([1]);
});

test('a ring that came before an earlier one takes nothing out of order', async () => {
  waiting = [stop(1), stop(2)];
  loop.rang([stop(2)]);
  expect(taken()).toEqual([]);
  await vi.waitFor(() => expect(taken()).toEqual([1, 2]));
});

test('what was taken with a ring is known after the bridge was killed', () => {
  loop.rang([stop(1)]);
  const reopened = Journal.open(folder, 1, () => 'another');
  expect(reopened.state.lastCommand).toBe(1);
  reopened.close();
});
