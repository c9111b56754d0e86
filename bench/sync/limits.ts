import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import WebSocket, { WebSocketServer } from 'ws';
import { type Latency, latencyOf } from '../lib/latency';

/** What this machine does by itself, in milliseconds. */
export interface MachineLimits {
  http: Latency;
  socket: Latency;
  commit: Latency;
}

const ROUNDS = 400;

/** One loopback HTTP round trip, one WebSocket echo, one commit of a row in Postgres; each in turn. */
export async function measureLimits(databaseUrl: string): Promise<MachineLimits> {
  return { http: await httpRounds(), socket: await socketRounds(), commit: await commits(databaseUrl) };
}

async function rounds(once: () => Promise<unknown>): Promise<Latency> {
  const took: number[] = [];
  for (let round = 0; round < ROUNDS + 20; round += 1) {
    const startedAt = performance.now();
    await once();
    // The first ones find nothing warm.
    if (round >= 20) took.push(performance.now() - startedAt);
  }
  return latencyOf(took);
}

async function httpRounds(): Promise<Latency> {
  const server = createServer((_request, response) => response.end('{}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // a TCP server that listens has one
  const latency = await rounds(async () => (await fetch(url, { method: 'POST', body: '{}' })).text());
  server.closeAllConnections();
  server.close();
  return latency;
}

async function socketRounds(): Promise<Latency> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) => socket.on('message', (data: Buffer) => socket.send(data)));
  await new Promise<void>((resolve) => server.once('listening', resolve));
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await new Promise<void>((resolve) => client.once('open', resolve));
  const latency = await rounds(
    () =>
      new Promise<void>((resolve) => {
        client.once('message', () => resolve());
        client.send('x');
      }),
  );
  client.terminate();
  server.close();
  return latency;
}

async function commits(databaseUrl: string): Promise<Latency> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('CREATE TABLE IF NOT EXISTS bare_commit (n int)');
  const latency = await rounds(() => client.query('INSERT INTO bare_commit VALUES (1)'));
  await client.query('DROP TABLE bare_commit');
  await client.end();
  return latency;
}
