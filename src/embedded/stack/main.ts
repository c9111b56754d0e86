/** `npm run dev`: the whole product on this machine, from one command, until Ctrl-C. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf } from '@/domain/errors';
import { buildPrograms } from './build-programs';
import { findRunningStack } from './stack-file';
import { startStack } from './start-stack';

const MIN_NODE = 22;
const PARENT_CHECK_MS = 1_000;
const asJson = process.argv.includes('--json');
const dataFolder = resolve(process.env['DISPATCH_DATA'] ?? '.data');

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const answer = (value: object): void => {
  if (asJson) process.stdout.write(`${JSON.stringify(value)}\n`);
};

function fail(message: string): never {
  say(`dispatch: ${message}`);
  answer({ ok: false, error: message });
  process.exit(1);
}

function sandboxMode(): 'auto' | 'bwrap' | 'process' {
  const mode = process.env['DISPATCH_SANDBOX'] ?? 'auto';
  if (mode === 'auto' || mode === 'bwrap' || mode === 'process') return mode;
  return fail(`DISPATCH_SANDBOX is "${mode}"; set it to auto, bwrap or process.`);
}

/** `--fresh` needs `npm run build` too: the app as many short-lived processes, as serverless platforms run it. */
function appKind(): 'dev' | 'built' | 'fresh' {
  if (process.argv.includes('--fresh')) return 'fresh';
  return process.argv.includes('--built') ? 'built' : 'dev';
}

if (Number(process.versions.node.split('.')[0]) < MIN_NODE) {
  fail(`this is Node ${process.versions.node}; run it as npm run dev, which brings its own.`);
}
for (const file of ['.env.local', '.env']) if (existsSync(file)) process.loadEnvFile(file);

const running = findRunningStack(dataFolder);
if (running) {
  fail(`it runs already at ${running.url} (process ${running.pid}). Use that one, or stop it first.`);
}

const startedAt = Date.now();
await buildPrograms().catch((error: unknown) =>
  fail(`the programs could not be bundled: ${messageOf(error)}`),
);
const stack = await startStack({
  dataFolder,
  port: process.env['PORT'] === undefined ? null : Number(process.env['PORT']),
  app: appKind(),
  sandboxMode: sandboxMode(),
  environment: process.env,
  onPart: (part, where) => say(`  ${part.padEnd(10)} ${where}`),
  onNotice: (notice) => say(`  ! ${notice}`),
}).catch((error: unknown) => fail(messageOf(error)));

say(`\nDispatch is up after ${((Date.now() - startedAt) / 1_000).toFixed(1)} s: ${stack.url}`);
say(`Sign in there as ada or ben. In a second terminal: npm run -s dispatch -- login --server ${stack.url}`);
say('and then: npm run -s dispatch -- run "rename greet to welcome" --repo demo');
say(`Slack is at ${stack.slackUrl}: write @Dispatch create notes/x.md with: hello`);
say('Ctrl-C ends all of it.');
answer({
  ok: true,
  url: stack.url,
  githubUrl: stack.githubUrl,
  slackUrl: stack.slackUrl,
  pids: stack.pids(),
});

let isStopping = false;
function stop(): void {
  if (isStopping) return;
  isStopping = true;
  say('\nStopping…');
  void stack.stop().then(
    () => process.exit(0),
    (error: unknown) => fail(`stopping failed: ${messageOf(error)}`),
  );
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);

// npm passes a signal to its shell, which does not pass it on: whoever ends npm means the stack.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) stop();
}, PARENT_CHECK_MS);
