import type { SandboxCapabilities, SandboxProvider, SandboxRef, SandboxStatus } from '@/ports/sandboxes';
import { type ModalAccount, ModalConnection } from './connection';
import { createSandbox, KIND, MAX_LIFE_SECONDS, readExpiry } from './create-sandbox';
import { endSandbox } from './end-sandbox';
import { isNotFound } from './refusal';
import { runCommand } from './run-command';
import { findRunning } from './running-sandbox';
import { writeFiles } from './write-files';

export interface ModalSandboxesOptions extends ModalAccount {
  /** The published name of the image that a first sandbox starts from, `name` or `name:tag`. */
  image: string;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** How long most calls may take; creating, running commands, ending and keeping have longer. */
  callTimeoutMs?: number;
}

/** Calls take 10 to 300 ms when Modal is well; what took ten times that long is taken for dead. */
const CALL_TIMEOUT_MS = 10_000;
const EXEC_TIMEOUT_MS = 30_000;
/** On top of a snapshot's budget, for the answer to come back. */
const SNAPSHOT_GRACE_MS = 10_000;

const CAPABILITIES: SandboxCapabilities = {
  isolation: 'container',
  localRepositories: false,
  exitSnapshot: true,
  liveSnapshot: true,
  forks: true,
  limits: ['memory', 'cpu'],
  egress: true,
  maxLifeSeconds: MAX_LIFE_SECONDS,
};

/**
 * Sandboxes on Modal. Nothing of its SDK is loaded before the first call. Modal tells nobody of a sandbox's end, so
 * whoever wants to know asks for its status; a sandbox's life can't be extended, and ends after 12 hours unless the
 * create says otherwise. A sandbox that ended is `exited` for as long as Modal remembers it, one that was terminated
 * included.
 */
export function createModalSandboxes(options: ModalSandboxesOptions): SandboxProvider {
  const { now = () => Date.now(), callTimeoutMs = CALL_TIMEOUT_MS, ...account } = options;
  const connection = new ModalConnection({ ...account, now, callTimeoutMs });
  const { appName, image } = options;
  return {
    kind: KIND,
    capabilities: () => Promise.resolve(CAPABILITIES),
    create: (spec) => createSandbox({ connection, appName, image, now }, spec),
    status: (ref) => (isOnModal(ref) ? statusOf(connection, ref) : Promise.resolve({ state: 'unknown' })),
    list: (labels) => list(connection, labels),
    exec: (ref, argv, { timeoutMs = EXEC_TIMEOUT_MS } = {}) =>
      runCommand(connection, ref, { argv, timeoutMs }),
    writeFiles: (ref, files) => writeFiles(connection, ref, files),
    expose: (ref, port) => expose(connection, ref, port),
    snapshot: (ref, budget) => snapshot(connection, ref, budget),
    extend: (ref) =>
      connection.call({ what: 'look up when a sandbox ends' }, ({ client }) => readExpiry(client, ref)),
    terminate: async (ref, { keep = false } = {}) =>
      isOnModal(ref) ? endSandbox(connection, ref, { keep }) : { snapshot: null, isPending: false },
    dropSnapshot: (id) => dropSnapshot(connection, id),
  };
}

function isOnModal(ref: SandboxRef): boolean {
  return ref.provider === KIND;
}

async function statusOf(connection: ModalConnection, ref: SandboxRef): Promise<SandboxStatus> {
  return connection.call({ what: 'look at a sandbox' }, async ({ client }) => {
    try {
      const code = await (await client.sandboxes.fromId(ref.id)).poll();
      return code === null ? { state: 'running' } : { state: 'exited', code };
    } catch (error) {
      if (isNotFound(error)) return { state: 'unknown' };
      throw error;
    }
  });
}

async function list(connection: ModalConnection, labels: Record<string, string>): Promise<SandboxRef[]> {
  return connection.call({ what: 'list sandboxes' }, async ({ client, app }) => {
    const { appId } = await app();
    const found: SandboxRef[] = [];
    for await (const { sandboxId: id } of client.sandboxes.list({ appId, tags: labels }))
      found.push({ provider: KIND, id });
    return found;
  });
}

/** Not a tunnel: those are open to whoever knows their address. */
async function expose(connection: ModalConnection, ref: SandboxRef, port: number) {
  const sandbox = await findRunning(connection, ref);
  return connection.call({ what: 'open a port of a sandbox' }, async () => {
    const { url, token } = await sandbox.createConnectToken({ port });
    return { url, headers: { authorization: `Bearer ${token}` }, query: { _modal_connect_token: token } };
  });
}

/** Not tried twice: the first try may have made a snapshot that nobody would know of. */
async function snapshot(
  connection: ModalConnection,
  ref: SandboxRef,
  { timeoutMs, ttlSeconds }: { timeoutMs: number; ttlSeconds: number | null },
): Promise<{ snapshot: string }> {
  const sandbox = await findRunning(connection, ref);
  const call = {
    ...{ what: 'keep the disk of a running sandbox', isOnce: true },
    timeoutMs: timeoutMs + SNAPSHOT_GRACE_MS,
  };
  try {
    return await connection.call(call, async () => {
      const ttlMs = ttlSeconds === null ? null : ttlSeconds * 1_000;
      const { imageId } = await sandbox.snapshotFilesystem({ timeoutMs, ttlMs });
      return { snapshot: imageId };
    });
  } finally {
    sandbox.detach();
  }
}

async function dropSnapshot(connection: ModalConnection, id: string): Promise<void> {
  await connection.call({ what: 'delete a snapshot' }, async ({ client }) => {
    try {
      await client.images.delete(id);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  });
}
