/** `npm run demo`: the main job with no hands, on a stack of its own in a temporary folder. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { messageOf } from '@/domain/errors';
import { SessionId } from '@/domain/ids';
import { apiClient, makeToken } from '../stack/browser-sign-in';
import { DEMO_REPOSITORY } from '../stack/app-environment';
import { buildPrograms } from '../stack/build-programs';
import { startStack, type Stack } from '../stack/start-stack';
import { checkBranch } from './check-branch';
import { chooseApp } from './choose-app';
import { readDemoOptions, type DemoOptions } from './options';
import { phaseSeconds } from './phases';
import { runCli } from './run-cli';

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function runDemo(options: DemoOptions, folder: string): Promise<object> {
  await buildPrograms();
  const startedAt = Date.now();
  const stack = await startStack({
    dataFolder: join(folder, 'data'),
    port: 0,
    app: chooseApp(),
    sandboxMode: 'auto',
    environment: process.env,
    onPart: (part, where) => say(`  ${part.padEnd(10)} ${where}`),
    onNotice: (notice) => say(`  ! ${notice}`),
  });
  try {
    const stackSeconds = (Date.now() - startedAt) / 1_000;
    return { stackSeconds, ...(await runMainJob(options, stack, folder)) };
  } finally {
    await stack.stop();
  }
}

async function runMainJob(options: DemoOptions, stack: Stack, folder: string): Promise<object> {
  const token = await makeToken(stack.url, 'ada', 'demo');
  const cli = { server: stack.url, token };
  const repositoryUrl =
    options.repo === null ? `${stack.githubUrl}/${DEMO_REPOSITORY}.git` : resolve(options.repo);
  say(`\nada asks: ${options.prompt}\n`);
  const run = await runCli(['run', options.prompt, '--repo', repositoryUrl, '--json'], cli);
  if (run.code !== 0) throw new Error(`dispatch run ended with ${run.code}.`);
  const api = apiClient(stack.url, { authorization: `Bearer ${token}` });
  const [session] = await api.sessions.list.query();
  if (!session) throw new Error('There is no session after dispatch run.');
  const sessionId = SessionId.parse(session.id);
  const diff = await api.diff.get.query({ sessionId });
  if (diff.bundleUrl === null || diff.baseSha === null) throw new Error('The session changed nothing.');
  await runCli(['diff', session.id], cli);
  const { branch, bundleUrl, baseSha } = diff;
  const check = await checkBranch({
    repositoryUrl,
    bundleUrl,
    branch,
    baseSha,
    folder: join(folder, 'check'),
  });
  const { events } = await api.events.after.query({ sessionId, after: 0, limit: 1_000 });
  const url = `${stack.url}/s/${session.id}`;
  say(`\n${check.stat}\n`);
  say(`commit  ${check.commit.slice(0, 10)} on ${branch}, by ${check.author}: ${check.subject}`);
  say(`tests   ${check.tests === 'passed' ? 'pass on the branch' : 'the repository has none'}`);
  say(`link    ${url}`);
  return {
    ...{ session: session.id, url, branch, commit: check.commit, tests: check.tests },
    files: diff.files.map(({ path }) => path),
    seconds: phaseSeconds(events),
  };
}

const folder = mkdtempSync(join(tmpdir(), 'dispatch-demo-'));
// Postgres runs as another user when we are root, and must get in.
chmodSync(folder, 0o755);
let asJson = process.argv.includes('--json');
try {
  const options = readDemoOptions(process.argv.slice(2));
  asJson = options.asJson;
  const figures = await runDemo(options, folder);
  if (asJson) process.stdout.write(`${JSON.stringify({ ok: true, ...figures })}\n`);
  if (options.keep) say(`kept in ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
} catch (error) {
  say(`demo: ${messageOf(error)}\nWhat it left is in ${folder}.`);
  if (asJson) process.stdout.write(`${JSON.stringify({ ok: false, error: messageOf(error) })}\n`);
  process.exitCode = 1;
}
