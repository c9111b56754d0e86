// What the path costs without us, in as few lines as do it: an append in one statement, one Pusher trigger, plain reads.
import { Agent, createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import Pusher from 'pusher';

const [databaseUrl = '', realtimePort = '', appId = '', key = '', secret = ''] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
const agent = new Agent({ keepAlive: true });
const pusher = new Pusher({
  appId,
  key,
  secret,
  host: '127.0.0.1',
  port: realtimePort,
  useTLS: false,
  agent,
});

await pool.query(`CREATE TABLE IF NOT EXISTS bare_session (id text PRIMARY KEY, last_seq int NOT NULL DEFAULT 0);
  CREATE TABLE IF NOT EXISTS bare_event (session_id text, seq int, payload jsonb, PRIMARY KEY (session_id, seq));`);

const APPEND = `WITH s AS (INSERT INTO bare_session VALUES ($1, jsonb_array_length($2::jsonb))
    ON CONFLICT (id) DO UPDATE SET last_seq = bare_session.last_seq + jsonb_array_length($2::jsonb) RETURNING id, last_seq)
  INSERT INTO bare_event SELECT s.id, s.last_seq - jsonb_array_length($2::jsonb) + e.n::int, e.item
  FROM s, jsonb_array_elements($2::jsonb) WITH ORDINALITY AS e(item, n)`;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // a request without an encoding gives buffers
  return Buffer.concat(chunks).toString();
}

const server = createServer((request, response) => {
  void (async () => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x');
    const session = searchParams.get('session') ?? '';
    if (pathname === '/append') {
      const events = await bodyOf(request);
      await pool.query(APPEND, [session, events]);
      // What is too large for a message is fetched by whoever hears of it.
      if (searchParams.has('tell'))
        await pusher.trigger(`bare-${session}`, 'events', events.length > 10_000 ? '{}' : events);
      response.end('{}');
    } else {
      const sql = 'SELECT payload FROM bare_event WHERE session_id = $1 AND seq > $2 ORDER BY seq LIMIT $3';
      const page = [session, searchParams.get('after') ?? 0, searchParams.get('limit') ?? 1_000];
      const { rows } = await pool.query<{ payload: unknown }>(sql, page);
      response.end(JSON.stringify(rows.map(({ payload }) => payload)));
    }
  })().catch((error: unknown) => response.writeHead(500).end(String(error)));
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`); // a TCP server that listens has one
});
