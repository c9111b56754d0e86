import { BlobKey, type TurnId } from '@/domain/ids';
import type { BlobRef } from '@/domain/events/session-event';
import { type UploadRequest, UploadResponse } from '@/domain/wire/bridge';
import { pause } from './alarm';
import { BackOff } from './back-off';
import { RefusedError, type ServerClient } from './server-client';
import { steadyMs } from '../steady-clock';

/** Work that is to outlive the sandbox waits for a server that restarts; output that is read later does not. */
const PATIENCE_MS: Readonly<Record<UploadRequest['kind'], number>> = {
  patch: 20_000,
  bundle: 20_000,
  output: 5_000,
  attachment: 5_000,
};
const ASK_TIMEOUT_MS = 5_000;
const PUT_TIMEOUT_MS = 60_000;

export interface Upload {
  turnId: TurnId | null;
  kind: UploadRequest['kind'];
  bytes: Buffer;
  contentType: string;
}

/**
 * Puts an object into the blob store. Null when that fails, since what it belongs to is told in any case: a
 * missing blob is a smaller loss than an event that never comes.
 */
export async function uploadBlob(server: ServerClient, upload: Upload): Promise<BlobRef | null> {
  const deadlineMs = steadyMs() + PATIENCE_MS[upload.kind];
  const backOff = new BackOff(250, 5_000);
  for (;;) {
    try {
      return await uploadOnce(server, upload);
    } catch (error) {
      console.error(`bridge: upload of ${upload.kind} failed: ${String(error)}`);
      if (error instanceof RefusedError || steadyMs() > deadlineMs) return null;
      await pause(backOff.next());
    }
  }
}

async function uploadOnce(server: ServerClient, upload: Upload): Promise<BlobRef> {
  const { turnId, kind, bytes, contentType } = upload;
  const body: UploadRequest = { turnId, kind, sizeBytes: bytes.length, contentType };
  const place = await server.call({
    method: 'POST',
    path: '/api/sandbox/uploads',
    body,
    answer: UploadResponse,
    timeoutMs: ASK_TIMEOUT_MS,
  });
  const response = await fetch(place.url, {
    method: 'PUT',
    headers: place.headers,
    body: new Uint8Array(bytes),
    redirect: 'error',
    signal: AbortSignal.timeout(PUT_TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`PUT was answered with ${response.status}`);
  return { key: BlobKey.parse(place.key), sizeBytes: bytes.length };
}
