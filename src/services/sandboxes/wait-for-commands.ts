import { exchangeCommands } from '@/db/sandbox-commands';
import { findSession } from '@/db/sessions';
import { AppError } from '@/domain/errors';
import type { SyncResponse } from '@/domain/wire/bridge';
import type { Deps } from '../deps';
import type { SandboxIdentity } from './sandbox-token';

const LOOK_EVERY_MS = 1_000;
const MAX_WAIT_SECONDS = 25;

/** A long poll for a bridge whose doorbell is away: answers as soon as something is for it, at the latest in 25 s. */
export async function waitForCommands(
  deps: Pick<Deps, 'db'>,
  { sessionId, epoch }: SandboxIdentity,
  { acked, waitSeconds }: { acked: number; waitSeconds: number },
): Promise<SyncResponse> {
  const until = Date.now() + Math.min(waitSeconds, MAX_WAIT_SECONDS) * 1_000;
  for (;;) {
    const session = await findSession(deps.db, sessionId);
    if (session?.epoch !== epoch || session.isArchived)
      throw new AppError('epoch_over', `Epoch ${epoch} is over.`);
    const commands = await exchangeCommands(deps.db, sessionId, { epoch, acked });
    if (commands.length > 0 || Date.now() >= until) {
      return { ack: session.bridgeAck, epoch, commands, watchers: session.watchers };
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
