import type { SessionId, TurnId } from '@/domain/ids';
import { AppError } from '@/domain/errors';
import type { ApiClient } from './api-client';
import { UnreachableError } from './unreachable-error';

const TIMEOUT_MS = 60_000;

/** A session's whole change, or a turn's; the patch only when it is wanted, since it may be long. */
export async function readDiff(api: ApiClient, sessionId: SessionId, turnId: TurnId | null = null) {
  const {
    patchUrl,
    patchBytes: _patchBytes,
    bundleUrl: _bundleUrl,
    ...diff
  } = await api.insist((client) => client.diff.get.query({ sessionId, turnId }));
  return {
    diff,
    patch: async () => (patchUrl === null ? '' : (await download(api.server, patchUrl)).toString('utf8')),
  };
}

/** The session's commits as a git bundle; null while there are none. */
export async function readBundle(api: ApiClient, sessionId: SessionId) {
  const { branch, baseSha, bundleUrl } = await api.insist((client) => client.diff.get.query({ sessionId }));
  return { branch, baseSha, bundle: bundleUrl === null ? null : () => download(api.server, bundleUrl) };
}

async function download(server: string, address: string): Promise<Buffer> {
  const url = new URL(address, server);
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((error: unknown) => {
    throw new UnreachableError(url.origin, error);
  });
  if (!response.ok) {
    throw new AppError(
      'storage_unavailable',
      `The change could not be downloaded (HTTP ${response.status}).`,
    );
  }
  return Buffer.from(await response.arrayBuffer());
}
