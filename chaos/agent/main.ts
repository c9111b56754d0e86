// An agent that speaks OpenCode's protocol and tells recordings of the real one. It is started as `opencode serve` is.
import { appendFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { ReplayingAgent } from './replaying-agent';

const port = Number(process.argv[process.argv.indexOf('--port') + 1]);
const password = process.env['OPENCODE_SERVER_PASSWORD'] ?? '';
const authorization = `Basic ${Buffer.from(`opencode:${password}`).toString('base64')}`;
const log = process.env['CHAOS_AGENT_LOG'] ?? '/dev/null';

const agent = new ReplayingAgent({
  store: join(process.env['XDG_DATA_HOME'] ?? '.', 'replay', 'store.jsonl'),
  recordings: process.env['CHAOS_RECORDINGS'] ?? '.',
  note: (line) => appendFileSync(log, `${JSON.stringify(line)}\n`),
});

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.headers.authorization !== authorization) {
    response.writeHead(401).end();
    return;
  }
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (url.pathname === '/event') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    agent.listen(response);
    return;
  }
  const chunks: Buffer[] = [];
  // Without an encoding set, Node hands out buffers only.
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const body: unknown = text === '' ? {} : JSON.parse(text);
  const answer = agent.answer(`${request.method ?? 'GET'} ${url.pathname}`, body);
  if (answer === undefined) {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"name":"NotFoundError"}');
    return;
  }
  response.writeHead(answer === null ? 204 : 200, { 'content-type': 'application/json' });
  response.end(answer === null ? undefined : JSON.stringify(answer));
}

createServer((request, response) => {
  serve(request, response).catch((error: unknown) => {
    console.error(error);
    response.writeHead(500).end();
  });
}).listen(port, '127.0.0.1');
