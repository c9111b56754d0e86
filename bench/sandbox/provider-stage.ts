import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { removeTree } from '@/embedded/sandboxes/disk';
import { startSandboxHost } from '@/embedded/sandboxes/start-sandbox-host';
import { createLocalSandboxes } from '@/integrations/local/sandboxes';
import type { SandboxProvider, SandboxRef } from '@/ports/sandboxes';
import { standInTools } from '@/testing/sandbox-host-process';
import { SandboxLifeline } from '@/testing/sandbox-lifeline';

const run = promisify(execFile);

/** One life of a sandbox, and a bare run of bubblewrap just before it. */
export interface ProviderRound {
  bareMs: number;
  createMs: number;
  parkMs: number;
  /** Room that its own changes took while it ran. */
  changedKiB: number;
  /** Room that its snapshot takes. */
  keptKiB: number;
}

/** A sandbox host of its own in a folder of its own, whose sandboxes run no agent. */
export interface ProviderStage {
  notice: string;
  /** Keeps a disk with a workspace of so many small files; answers its snapshot. */
  prepare(files: number): Promise<string>;
  round(snapshot: string): Promise<ProviderRound>;
  close(): Promise<void>;
}

/** Of one life: about what a turn with a build leaves. */
const CHANGED_FILES = 500;
const MAKE_TIMEOUT_MS = 600_000;

export async function openProviderStage(): Promise<ProviderStage> {
  const folder = await mkdtemp(join(tmpdir(), 'dispatch-bench-'));
  const dataDir = join(folder, 'data');
  const secret = randomUUID();
  const lifeline = await SandboxLifeline.open();
  const host = await startSandboxHost({
    ...{ dataDir, secret, port: 0, mode: 'bwrap', onExit: () => undefined },
    tools: await standInTools(join(folder, 'tools')),
  });
  const sandboxes = createLocalSandboxes({ url: host.url, secret });
  return {
    notice: host.notice,
    prepare: async (files) => {
      const key = randomUUID();
      const env = lifeline.environment(key);
      const from = { type: 'image' } as const;
      const ref = await sandboxes.create({ key, from, env, labels: { session: key } });
      await write(sandboxes, ref, { files, place: 'base' });
      return park(sandboxes, ref);
    },
    round: (snapshot) => runRound({ sandboxes, lifeline, dataDir }, snapshot),
    close: async () => {
      await host.close();
      await lifeline.close();
      await removeTree(folder);
    },
  };
}

interface Measured {
  sandboxes: SandboxProvider;
  lifeline: SandboxLifeline;
  dataDir: string;
}

async function runRound(
  { sandboxes, lifeline, dataDir }: Measured,
  snapshot: string,
): Promise<ProviderRound> {
  const bare = await timed(runBare);
  const key = randomUUID();
  const env = lifeline.environment(key);
  const from = { type: 'snapshot', id: snapshot } as const;
  const created = await timed(() => sandboxes.create({ key, from, env, labels: { session: key } }));
  await lifeline.join(key);
  await write(sandboxes, created.value, { files: CHANGED_FILES, place: 'changed' });
  const changed = await sandboxes.exec(created.value, ['du', '-sk', '/workspace/changed']);
  const parked = await timed(() => park(sandboxes, created.value));
  const keptKiB = await sizeOf(join(dataDir, 'snapshots', parked.value));
  await sandboxes.dropSnapshot(parked.value);
  return {
    ...{ bareMs: bare.ms, createMs: created.ms, parkMs: parked.ms },
    ...{ changedKiB: parseInt(changed.stdout, 10), keptKiB },
  };
}

/** The least that a run of bubblewrap with namespaces of its own takes on this machine just now. */
async function runBare(): Promise<void> {
  const folders = ['/usr', '/bin', '/lib', '/lib64'].flatMap((name) => ['--ro-bind-try', name, name]);
  const namespaces = ['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts'];
  await run('bwrap', [...folders, '--proc', '/proc', '--dev', '/dev', ...namespaces, '/bin/true']);
}

/** Small files as a package manager lays them out, twenty a folder, and half of them shorter than a block. */
async function write(
  sandboxes: SandboxProvider,
  ref: SandboxRef,
  { files, place }: { files: number; place: string },
): Promise<void> {
  const script = `
    const { mkdirSync, writeFileSync } = require('node:fs');
    for (let number = 0; number < ${files}; number += 1) {
      const folder = '/workspace/${place}/' + Math.floor(number / 20);
      if (number % 20 === 0) mkdirSync(folder, { recursive: true });
      writeFileSync(folder + '/' + number, 'x'.repeat(1 + (number * 97) % 8192));
    }`;
  const { code, stderr } = await sandboxes.exec(ref, ['node', '-e', script], { timeoutMs: MAKE_TIMEOUT_MS });
  if (code !== 0) throw new Error(`The files were not written: ${stderr}`);
}

async function park(sandboxes: SandboxProvider, ref: SandboxRef): Promise<string> {
  const { snapshot } = await sandboxes.terminate(ref, { keep: true });
  if (snapshot === null) throw new Error(`The disk of ${ref.id} was not kept.`);
  return snapshot;
}

async function sizeOf(folder: string): Promise<number> {
  return parseInt((await run('du', ['-sk', folder])).stdout, 10);
}

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; value: T }> {
  const start = performance.now();
  const value = await work();
  return { ms: performance.now() - start, value };
}
