import type { FileAtHead } from '@/ports/repositories';
import { callSandboxHost, type SandboxHostAddress } from './sandbox-host-client';

const DEADLINE_MS = 20_000;

/** Reads files of folders of this machine. Errors are those of `createDescribeLocal`. */
export function createReadLocalFile(
  address: SandboxHostAddress,
): (path: string, at: { branch: string; file: string }) => Promise<FileAtHead> {
  return async (path, { branch, file }) => {
    const { text, isCut } = await callSandboxHost(address, {
      call: 'read-repository-file',
      input: { path, branch, file },
      timeoutMs: DEADLINE_MS,
    });
    return text === null ? { kind: 'none' } : { kind: 'text', text, isCut };
  };
}
