import type { SessionRecord } from '@/db/sessions';
import { messageOf } from '@/domain/errors';
import type { SandboxRef } from '@/ports/sandboxes';
import { z } from 'zod';
import type { Deps } from '../deps';

const Ref = z.object({ provider: z.string(), id: z.string() });

/** The sandbox of a session's present epoch; null while none was created. */
export function sandboxOf(session: Pick<SessionRecord, 'sandboxRef'>): SandboxRef | null {
  return session.sandboxRef === null ? null : Ref.parse(session.sandboxRef);
}

/** Ends a session's sandbox at once; false when its provider does not answer, and the sweep has to ask again. */
export async function endSandbox(
  deps: Pick<Deps, 'sandboxes' | 'log'>,
  session: Pick<SessionRecord, 'id' | 'sandboxRef'>,
): Promise<boolean> {
  const ref = sandboxOf(session);
  if (!ref) return true;
  try {
    await deps.sandboxes.terminate(ref);
    return true;
  } catch (error) {
    deps.log.error('a sandbox could not be ended', { sessionId: session.id, error: messageOf(error) });
    return false;
  }
}
