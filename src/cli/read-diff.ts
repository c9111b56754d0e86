import type { SessionId } from '@/domain/ids';
import { AppError } from '@/domain/errors';
import type { ApiClient } from './api-client';
import { UnreachableError } from './unreachable-error';

const TIMEOUT_MS = 60_000;

/** A session's whole change; the patch only when it is wanted, since it may be long. */
export async function readDiff(api: ApiClient, sessionId: SessionId) {
  const {
    patchUrl,
    patchBytes: _patchBytes,
    bundleUrl: _bundleUrl,
    ...diff
  } = await api.insist((client) => client.diff.get.query({ sessionId }));
  return { diff, patch: async () => (patchUrl === null ? '' : download(api.server, patchUrl)) };
}

async function download(server: string, address: string): Promise<string> {
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
  return response.text();
}
