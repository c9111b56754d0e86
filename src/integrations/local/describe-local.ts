import { type LocalRepository } from '@/domain/wire/sandbox-host';
import { callSandboxHost, type SandboxHostAddress } from './sandbox-host-client';

const DEADLINE_MS = 20_000;

/**
 * Asks what a folder of this machine is as a git repository. Errors: `repository_not_found`,
 * `repository_forbidden`, `repository_empty`, `bad_input` for a path that is not absolute, and
 * `sandbox_unavailable` when the sandbox host, which looks, can't be reached.
 */
export function createDescribeLocal(address: SandboxHostAddress): (path: string) => Promise<LocalRepository> {
  return (path) =>
    callSandboxHost(address, { call: 'inspect-repository', input: { path }, timeoutMs: DEADLINE_MS });
}
