import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { eventsAfter } from '@/db/events';
import type { LoggedEvent } from '@/domain/events/logged-event';
import { CommandId, PromptId, SessionId } from '@/domain/ids';
import { apiClient, makeToken } from '@/embedded/stack/browser-sign-in';
import type { Stage } from '../../scripts/shots/stage/open-stage';
import { openStackProcess } from '../lib/stack-process';

/** What a part of a sandbox's life took, and how much of it each phase, in milliseconds by the log's own times. */
export interface Span {
  ms: number;
  phases: Record<string, number>;
}

/** One session from its first prompt over its sleep to its next one. */
export interface Life {
  /** To a ready agent, with a `.dispatch/setup.sh` that installs things. */
  cold: Span;
  sleep: Span;
  /** To a ready agent from what was kept. */
  wake: Span;
}

export interface LivesStage {
  life(): Promise<Life>;
  /** To a ready agent in a repository that needs no setup: all there is comes from the image. */
  fromImage(): Promise<Span>;
  close(): Promise<void>;
}

type Api = ReturnType<typeof apiClient>;

const LOOK_EVERY_MS = 50;
const PATIENCE_MS = 600_000;
const PROMPT = 'read README.md';

/** A stack of its own with two repositories: one whose setup makes a virtual environment and `files` files, one without. */
export async function openLivesStage(files: number, say: (line: string) => void): Promise<LivesStage> {
  const stage = await openStackProcess(say);
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-bench-lives-'));
  const token = await makeToken(stage.url, 'ada', 'bench');
  const api = apiClient(stage.url, { authorization: `Bearer ${token}` });
  const [installed, plain] = [join(folder, 'installed'), join(folder, 'plain')];
  makeRepository(installed, { '.dispatch/setup.sh': setupScript(files) });
  makeRepository(plain, {});
  return {
    life: () => live({ stage, api }, installed),
    fromImage: async () => {
      const { id } = await start({ stage, api }, plain);
      const span = await untilReady(stage, id, 1);
      await api.sessions.archive.mutate({ sessionId: id, commandId: CommandId.parse(randomUUID()) });
      return span;
    },
    close: async () => {
      await stage.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** As a package manager leaves them: many small files, twenty a folder, beside a virtual environment. */
function setupScript(files: number): string {
  return `#!/bin/sh
set -e
python3 -m venv --without-pip .venv
node -e "
const { mkdirSync, writeFileSync } = require('node:fs');
for (let number = 0; number < ${files}; number += 1) {
  const folder = 'node_modules/' + Math.floor(number / 20);
  if (number % 20 === 0) mkdirSync(folder, { recursive: true });
  writeFileSync(folder + '/' + number, 'x'.repeat(1 + (number * 97) % 8192));
}"
`;
}

function makeRepository(folder: string, files: Readonly<Record<string, string>>): void {
  const all = { 'README.md': '# Bench\n', '.gitignore': 'node_modules\n.venv\n', ...files };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content, { mode: 0o755 });
  }
  const who = ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.invalid'];
  for (const args of [
    ['init', '-q', '-b', 'main'],
    ['add', '.'],
    [...who, 'commit', '-q', '-m', 'Begin'],
  ]) {
    execFileSync('git', ['-C', folder, ...args]);
  }
}

interface Setting {
  stage: Stage;
  api: Api;
}

async function live({ stage, api }: Setting, repository: string): Promise<Life> {
  const { id } = await start({ stage, api }, repository);
  const cold = await untilReady(stage, id, 1);
  await untilIdle(stage, id, 1);
  await letTimePass(stage, id);
  const sleep = await spanOf(stage, id, { epoch: 1, from: 'quiescing', to: 'asleep' });
  await api.prompts.send.mutate({ sessionId: id, ...newPrompt() });
  const wake = await untilReady(stage, id, 2);
  await untilIdle(stage, id, 2);
  await api.sessions.archive.mutate({ sessionId: id, commandId: CommandId.parse(randomUUID()) });
  return { cold, sleep, wake };
}

const newPrompt = () => ({
  commandId: CommandId.parse(randomUUID()),
  promptId: PromptId.parse(randomUUID()),
  text: PROMPT,
});

async function start({ api }: Setting, repository: string): Promise<{ id: SessionId }> {
  const id = SessionId.parse(randomUUID());
  const { commandId, ...prompt } = newPrompt();
  await api.sessions.create.mutate({ sessionId: id, commandId, repository: { address: repository }, prompt });
  return { id };
}

function untilReady(stage: Stage, id: SessionId, epoch: number): Promise<Span> {
  return spanOf(stage, id, { epoch, from: 'requested', to: 'ready' });
}

/** Waits for the phase, and for the ones on the way says how long each lasted. Throws when the sandbox fails. */
async function spanOf(
  stage: Stage,
  id: SessionId,
  { epoch, from, to }: { epoch: number; from: string; to: string },
): Promise<Span> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const passed = (await logOf(stage, id)).flatMap(({ at, event }) =>
      event.kind === 'sandbox.phase' && event.epoch === epoch ? [{ at: Date.parse(at), ...event }] : [],
    );
    const failed = passed.find(({ phase }) => phase === 'failed');
    if (failed) throw new Error(`The sandbox failed: ${failed.reason?.message ?? 'nobody says why'}`);
    const begin = passed.findIndex(({ phase }) => phase === from);
    const end = passed.findIndex(({ phase }, index) => index > begin && phase === to);
    if (begin >= 0 && end >= 0) {
      const steps = passed.slice(begin, end + 1);
      const phases = Object.fromEntries(
        steps.slice(1).map(({ at }, index) => [steps[index]?.phase ?? '', at - (steps[index]?.at ?? at)]),
      );
      return { ms: Object.values(phases).reduce((sum, ms) => sum + ms, 0), phases };
    }
    if (Date.now() > until) throw new Error(`${id} did not come to ${to} of epoch ${epoch}.`);
    await delay(LOOK_EVERY_MS);
  }
}

async function untilIdle(stage: Stage, id: SessionId, turns: number): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const ended = (await logOf(stage, id)).filter(({ event }) => event.kind === 'prompt.finished');
    if (ended.length >= turns) return;
    if (Date.now() > until) throw new Error(`${id} did not end its turn.`);
    await delay(LOOK_EVERY_MS);
  }
}

function logOf({ deps }: Stage, id: SessionId): Promise<LoggedEvent[]> {
  return eventsAfter(deps.db, id, { after: 0, limit: 1_000 });
}

/** As if nothing had happened in a session for a quarter of an hour; the sweep finds it by itself. */
async function letTimePass({ deps }: Stage, id: SessionId): Promise<void> {
  await deps.db.$executeRaw`
    UPDATE event SET at = at - interval '15 minutes' WHERE session_id = ${id}::uuid`;
  await deps.db.$executeRaw`
    UPDATE session SET touched_at = NULL, deadline_at = now() - interval '1 second' WHERE id = ${id}::uuid`;
}
