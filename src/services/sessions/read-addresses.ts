import { AppError } from '@/domain/errors';
import type { BlobKey, SessionId } from '@/domain/ids';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { authorizeSession } from './authorize-session';

/**
 * Addresses under which objects of a session can be read for some minutes, by their keys. Errors: `not_found` for a
 * key of another session, as for a session that one may not see.
 */
export async function readAddresses(
  deps: Pick<Deps, 'db' | 'blobs'>,
  caller: Caller,
  { sessionId, keys }: { sessionId: SessionId; keys: readonly BlobKey[] },
): Promise<Record<string, string>> {
  await authorizeSession(deps, { caller, sessionId, right: 'see' });
  const foreign = keys.find((key) => !key.startsWith(`${sessionId}/`));
  if (foreign !== undefined) throw new AppError('not_found', `The session has no object ${foreign}.`);
  return Object.fromEntries(keys.map((key) => [key, deps.blobs.downloadUrl(key)]));
}
