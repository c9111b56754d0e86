import { answerRead } from '@/db/sandbox-reads';
import { findSession } from '@/db/sessions';
import { AppError } from '@/domain/errors';
import type { ReadReport } from '@/domain/wire/reads';
import type { Deps } from '../deps';
import type { SandboxIdentity } from '../sandboxes/sandbox-token';

/** Takes a bridge's answer to a look at the files. One that nobody waits for any more is dropped. */
export async function takeAnswer(
  deps: Pick<Deps, 'db'>,
  identity: SandboxIdentity,
  report: ReadReport,
): Promise<{ isWanted: boolean }> {
  const session = await findSession(deps.db, identity.sessionId);
  if (session?.epoch !== identity.epoch || session.isArchived) {
    throw new AppError('epoch_over', `Epoch ${identity.epoch} is over.`);
  }
  return { isWanted: await answerRead(deps.db, identity, report) };
}
