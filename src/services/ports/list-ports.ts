import type { SessionId } from '@/domain/ids';
import type { OpenPort } from '@/domain/wire/reads';
import type { Caller } from '../caller';
import { type Looking, readPorts } from '../files/look-at-files';

/**
 * The ports of a session's sandbox: those that its repository names in `.dispatch/environment.json`, then those at which
 * its programs listen. Errors: as a look at its files.
 */
export async function listPorts(
  deps: Looking,
  caller: Caller,
  { sessionId }: { sessionId: SessionId },
): Promise<{ ports: OpenPort[] }> {
  const { ports } = await readPorts(deps, caller, sessionId);
  return { ports };
}
