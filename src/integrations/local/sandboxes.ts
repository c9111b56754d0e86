import { AppError, type ErrorCode } from '@/domain/errors';
import {
  type SandboxHostCall,
  type SandboxHostInput,
  type SandboxHostOutput,
} from '@/domain/wire/sandbox-host';
import { type ExposedPort, type SandboxProvider, type SandboxRef } from '@/ports/sandboxes';
import { callSandboxHost, type SandboxHostAddress } from './sandbox-host-client';

const KIND = 'local';

const DEADLINES_MS = {
  capabilities: 5_000,
  // A large snapshot is copied where the file system can't share it; asking again joins the same create.
  create: 120_000,
  status: 5_000,
  list: 5_000,
  expose: 5_000,
  extend: 5_000,
  // A deep stack of layers is copied into one.
  terminate: 120_000,
  'drop-snapshot': 60_000,
} as const;

const EXEC_TIMEOUT_MS = 30_000;
/** The host ends what takes too long itself; this is for a host that doesn't. */
const GRACE_MS = 5_000;
const WRITE_TIMEOUT_MS = 65_000;
const FILE_MODE = 0o644;

/** Whoever is on this machine reaches its ports; the listener behind this one asks for tickets. */
const openToAll = ({ url }: { url: string }): ExposedPort => ({ url, headers: {}, query: {} });

/**
 * Sandboxes on the machine that the app itself runs on, through its sandbox host. The host replaces
 * `DISPATCH_WORKSPACE`, `DISPATCH_STATE`, `HOME` and `PATH` in the environment by what is true there; a command
 * that had to be ended for taking too long answers 124.
 */
export function createLocalSandboxes(address: SandboxHostAddress): SandboxProvider {
  const host = <Call extends keyof typeof DEADLINES_MS & SandboxHostCall>(
    call: Call,
    input: SandboxHostInput<Call>,
  ): Promise<SandboxHostOutput<Call>> =>
    asUnavailable(callSandboxHost(address, { call, input, timeoutMs: DEADLINES_MS[call] }));
  return {
    kind: KIND,
    capabilities: () => host('capabilities', {}),
    create: async ({ key, from, env, labels, readOnlyFolder = null, ...rest }) => {
      const { lifeSeconds = null, resources = {}, egress = { type: 'open' } } = rest;
      // Started all the same, it could reach what it was to be kept from.
      if (egress.type !== 'open') throw notSupported('be kept from connecting to anywhere');
      const spec = { key, from, env, labels, readOnlyFolder, lifeSeconds, resources };
      const { id, expiresAt } = await host('create', spec);
      return { provider: KIND, id, expiresAt: dateOf(expiresAt) };
    },
    status: async (ref) => (isLocal(ref) ? host('status', { id: ref.id }) : { state: 'unknown' }),
    list: async (labels) => {
      const { ids } = await host('list', { labels });
      return ids.map((id) => ({ provider: KIND, id }));
    },
    exec: async (ref, argv, { timeoutMs = EXEC_TIMEOUT_MS } = {}) => {
      const input = { id: ref.id, argv, timeoutMs };
      return asUnavailable(
        callSandboxHost(address, { call: 'exec', input, timeoutMs: timeoutMs + GRACE_MS }),
      );
    },
    writeFiles: async (ref, files) => {
      const encoded = files.map(({ path, data, mode = FILE_MODE }) => ({
        ...{ path, mode },
        base64: Buffer.from(data).toString('base64'),
      }));
      const input = { id: ref.id, files: encoded };
      const timeoutMs = WRITE_TIMEOUT_MS;
      await asUnavailable(
        callSandboxHost(address, { call: 'write-files', input, timeoutMs }),
        // Says which path is not the sandbox's.
        'bad_input',
      );
    },
    expose: async (ref, port) => openToAll(await host('expose', { id: ref.id, port })),
    snapshot: async (ref, { timeoutMs, ttlSeconds }) => {
      const input = { id: ref.id, ttlSeconds, timeoutMs };
      return asUnavailable(
        callSandboxHost(address, { call: 'snapshot', input, timeoutMs: timeoutMs + GRACE_MS }),
      );
    },
    extend: async (ref, until) => {
      const { expiresAt } = await host('extend', { id: ref.id, until: until.toISOString() });
      return dateOf(expiresAt);
    },
    terminate: async (ref, { keep = false } = {}) => {
      const kept = isLocal(ref) ? await host('terminate', { id: ref.id, keep }) : { snapshot: null };
      return { ...kept, isPending: false };
    },
    dropSnapshot: async (id) => {
      await host('drop-snapshot', { id });
    },
  };
}

function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

function notSupported(what: string): AppError {
  return new AppError('sandbox_unavailable', `Sandboxes of this machine can't ${what}.`, {
    details: { why: 'not_supported' },
  });
}

function isLocal(ref: SandboxRef): boolean {
  return ref.provider === KIND;
}

/** The port knows one error: what the host refused is in its message. `told` is what a call may say beside it. */
async function asUnavailable<T>(answer: Promise<T>, told?: ErrorCode): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'sandbox_unavailable') throw error;
    if (error.code === told) throw error;
    throw new AppError('sandbox_unavailable', error.message, { cause: error, details: error.details });
  }
}
