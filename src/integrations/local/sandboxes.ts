import { AppError } from '@/domain/errors';
import {
  type SandboxHostCall,
  type SandboxHostInput,
  type SandboxHostOutput,
} from '@/domain/wire/sandbox-host';
import { type SandboxProvider, type SandboxRef } from '@/ports/sandboxes';
import { callSandboxHost, type SandboxHostAddress } from './sandbox-host-client';

const KIND = 'local';

const DEADLINES_MS = {
  capabilities: 5_000,
  // A large snapshot is copied where the file system can't share it; asking again joins the same create.
  create: 120_000,
  status: 5_000,
  list: 5_000,
  terminate: 60_000,
  'drop-snapshot': 60_000,
} as const;

const EXEC_TIMEOUT_MS = 30_000;
/** The host ends the command itself; this is for a host that doesn't. */
const EXEC_GRACE_MS = 5_000;

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
    capabilities: async () => ({ ...(await host('capabilities', {})), ...NOT_YET }),
    create: async ({ key, from, env, labels, readOnlyFolder }) => {
      const { id } = await host('create', { key, from, env, labels, readOnlyFolder: readOnlyFolder ?? null });
      return { provider: KIND, id, expiresAt: null };
    },
    status: async (ref) => (isLocal(ref) ? host('status', { id: ref.id }) : { state: 'unknown' }),
    list: async (labels) => {
      const { ids } = await host('list', { labels });
      return ids.map((id) => ({ provider: KIND, id }));
    },
    exec: async (ref, argv, { timeoutMs = EXEC_TIMEOUT_MS } = {}) => {
      const input = { id: ref.id, argv, timeoutMs };
      return asUnavailable(
        callSandboxHost(address, { call: 'exec', input, timeoutMs: timeoutMs + EXEC_GRACE_MS }),
      );
    },
    writeFiles: () => notSupported('write files'),
    expose: () => notSupported('expose ports'),
    snapshot: () => notSupported('keep the disk of a running sandbox'),
    extend: async () => null,
    terminate: async (ref, { keep = false } = {}) => {
      const kept = isLocal(ref) ? await host('terminate', { id: ref.id, keep }) : { snapshot: null };
      return { ...kept, isPending: false };
    },
    dropSnapshot: async (id) => {
      await host('drop-snapshot', { id });
    },
  };
}

const NOT_YET = { liveSnapshot: false, forks: false, limits: [], egress: false, maxLifeSeconds: null };

async function notSupported(what: string): Promise<never> {
  throw new AppError('sandbox_unavailable', `Sandboxes of this machine can't ${what}.`, {
    details: { why: 'not_supported' },
  });
}

function isLocal(ref: SandboxRef): boolean {
  return ref.provider === KIND;
}

/** The port knows one error: what the host refused is in its message. */
async function asUnavailable<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'sandbox_unavailable') throw error;
    throw new AppError('sandbox_unavailable', error.message, { cause: error, details: error.details });
  }
}
