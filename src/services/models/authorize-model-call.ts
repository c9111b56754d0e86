import { findSession } from '@/db/sessions';
import { AppError } from '@/domain/errors';
import type { SessionId, TurnId, UserId } from '@/domain/ids';
import type { Deps } from '../deps';
import type { SandboxIdentity } from '../sandboxes/sandbox-token';
import { modelOf } from './find-model';

/** On whose account a model call runs. */
export interface ModelCallAccount {
  sessionId: SessionId;
  epoch: number;
  turnId: TurnId | null;
  userId: UserId | null;
}

/** What a sandbox may call, and on whose account. */
export interface AuthorizedCall {
  account: ModelCallAccount;
  /** The session's model: the only one that its sandbox may call, whatever it asks for. */
  modelId: string;
}

/** Lets a sandbox call its session's model, while its epoch is the present one. Errors: `epoch_over`, `forbidden`. */
export async function authorizeModelCall(
  deps: Pick<Deps, 'db' | 'config'>,
  { sessionId, epoch }: SandboxIdentity,
): Promise<AuthorizedCall> {
  const session = await findSession(deps.db, sessionId);
  if (session?.epoch !== epoch || session.isArchived) {
    throw new AppError('epoch_over', `Epoch ${epoch} is over; it may not call the model any more.`);
  }
  if (session.isBuilder)
    throw new AppError('forbidden', 'A sandbox that prebuilds an environment asks no model.');
  const { running } = session.state;
  const account = { sessionId, epoch, turnId: running?.turnId ?? null, userId: running?.authorId ?? null };
  return { account, modelId: modelOf(deps.config, session).ref.id };
}
