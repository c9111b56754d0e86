import { findSession } from '@/db/sessions';
import { AppError } from '@/domain/errors';
import type { SessionId, TurnId, UserId } from '@/domain/ids';
import type { Deps } from '../deps';
import type { SandboxIdentity } from '../sandboxes/sandbox-token';

/** On whose account a model call runs. */
export interface ModelCallAccount {
  sessionId: SessionId;
  epoch: number;
  turnId: TurnId | null;
  userId: UserId | null;
}

/** Lets a sandbox call the model, while its epoch is the present one. */
export async function authorizeModelCall(
  deps: Pick<Deps, 'db'>,
  { sessionId, epoch }: SandboxIdentity,
): Promise<ModelCallAccount> {
  const session = await findSession(deps.db, sessionId);
  if (session?.epoch !== epoch || session.isArchived) {
    throw new AppError('epoch_over', `Epoch ${epoch} is over; it may not call the model any more.`);
  }
  const { running } = session.state;
  return { sessionId, epoch, turnId: running?.turnId ?? null, userId: running?.authorId ?? null };
}
