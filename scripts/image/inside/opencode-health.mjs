// In the sandbox: starts OpenCode's server as the bridge does, without a network, until it says that it is healthy.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const PORT = 4096;
const PASSWORD = 'proof-password';
const config = `${process.env.HOME}/.config/opencode`;
mkdirSync(`${config}/node_modules`, { recursive: true });
writeFileSync(`${config}/models.json`, '{}\n');

const server = spawn(
  '/opt/dispatch/bin/opencode',
  ['serve', '--hostname', '127.0.0.1', '--port', String(PORT)],
  {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      OPENCODE_SERVER_PASSWORD: PASSWORD,
      OPENCODE_MODELS_PATH: `${config}/models.json`,
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
      OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
    },
  },
);

async function health() {
  // A request between the port and its handlers is never answered, so each is given up soon.
  const answer = await fetch(`http://127.0.0.1:${PORT}/global/health`, {
    headers: { authorization: `Basic ${Buffer.from(`opencode:${PASSWORD}`).toString('base64')}` },
    signal: AbortSignal.timeout(500),
  });
  return answer.json();
}

const until = Date.now() + 60_000;
let said = null;
while (said === null && Date.now() < until && server.exitCode === null) {
  said = await health().catch(() => null);
  if (said === null) await sleep(50);
}
server.kill('SIGKILL');
process.stdout.write(`\n${JSON.stringify(said)}\n`);
process.exitCode = said?.healthy === true ? 0 : 1;
