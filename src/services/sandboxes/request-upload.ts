import { randomUUID } from 'node:crypto';
import { findSession } from '@/db/sessions';
import { AppError } from '@/domain/errors';
import { BlobKey } from '@/domain/ids';
import type { UploadRequest, UploadResponse } from '@/domain/wire/bridge';
import type { Deps } from '../deps';
import type { SandboxIdentity } from './sandbox-token';

/** Names a new object of a session and answers where its bytes go, past the app. */
export async function requestUpload(
  deps: Pick<Deps, 'db' | 'blobs'>,
  { sessionId, epoch }: SandboxIdentity,
  request: UploadRequest,
): Promise<UploadResponse> {
  const session = await findSession(deps.db, sessionId);
  if (session?.epoch !== epoch || session.isArchived) {
    throw new AppError('epoch_over', `Epoch ${epoch} is over.`);
  }
  const key = BlobKey.parse(`${sessionId}/${request.kind}/${epoch}-${randomUUID()}`);
  const { sizeBytes, contentType } = request;
  return { key, ...deps.blobs.uploadUrl(key, { sizeBytes, contentType }) };
}
