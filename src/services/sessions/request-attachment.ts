import { randomUUID } from 'node:crypto';
import { findSession } from '@/db/sessions';
import { findTeamsOf } from '@/db/people';
import { hasRight } from '@/domain/access/roles';
import { AppError } from '@/domain/errors';
import { BlobKey, type SessionId } from '@/domain/ids';
import type { UploadResponse } from '@/domain/wire/bridge';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { authorizeSession } from './authorize-session';

/**
 * Names a new object for a file that goes with a prompt, and answers where its bytes go. A session that is not there yet
 * may be given files by whoever may open one: its id is as good as a secret until then.
 */
export async function requestAttachment(
  deps: Pick<Deps, 'db' | 'blobs'>,
  caller: Caller,
  { sessionId, mime, sizeBytes }: { sessionId: SessionId; mime: string; sizeBytes: number },
): Promise<UploadResponse> {
  if (await findSession(deps.db, sessionId)) {
    await authorizeSession(deps, { caller, sessionId, right: 'prompt' });
  } else {
    await authorizeOpening(deps, caller);
  }
  const key = BlobKey.parse(`${sessionId}/attachment/${randomUUID()}`);
  return { key, ...deps.blobs.uploadUrl(key, { sizeBytes, contentType: mime }) };
}

async function authorizeOpening(deps: Pick<Deps, 'db'>, caller: Caller): Promise<void> {
  const teams = await findTeamsOf(deps.db, caller.person.id);
  if (teams.some(({ role }) => hasRight(role, 'prompt'))) return;
  throw new AppError('forbidden', 'As a viewer you can watch sessions, not give them files.');
}
