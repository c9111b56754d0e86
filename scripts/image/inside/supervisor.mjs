// In the sandbox: the supervisor, started as a provider does, until its bridge reports to the app. The app here only
// listens; afterwards the supervisor is asked to end, and has to do so in order.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';

const TOKEN = 'proof-token-of-no-session';
let onCall;
const called = new Promise((resolve) => (onCall = resolve));
const app = createServer((request, response) => {
  request.resume();
  response.writeHead(503).end();
  onCall({ path: request.url, isSignedIn: request.headers.authorization === `Bearer ${TOKEN}` });
});
await new Promise((resolve) => app.listen(0, '127.0.0.1', resolve));

const supervisor = spawn('/opt/dispatch/bin/node', ['/opt/dispatch/supervisor.mjs'], {
  stdio: ['ignore', 'inherit', 'inherit'],
  env: {
    ...process.env,
    DISPATCH_URL: `http://127.0.0.1:${app.address().port}`,
    DISPATCH_SESSION: '00000000-0000-4000-8000-000000000001',
    DISPATCH_EPOCH: '1',
    DISPATCH_TOKEN: TOKEN,
    DISPATCH_WORKSPACE: '/workspace',
    DISPATCH_STATE: '/var/lib/dispatch',
  },
});
const ended = new Promise((resolve) => supervisor.once('exit', (code, signal) => resolve(code ?? signal)));
const late = new Promise((resolve) => setTimeout(resolve, 30_000, null).unref());
const call = await Promise.race([called, ended.then(() => null), late]);
supervisor.kill('SIGTERM');
const end = await ended;
app.closeAllConnections();
app.close();
process.stdout.write(`\n${JSON.stringify({ call, end })}\n`);
process.exitCode = call?.isSignedIn === true && end === 0 ? 0 : 1;
