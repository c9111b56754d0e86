import { findSession, setSandboxRef, type SessionRecord } from '@/db/sessions';
import { AppError, messageOf } from '@/domain/errors';
import { SYSTEM } from '@/domain/events/actor';
import type { Reason } from '@/domain/events/session-event';
import { cleanText, cutText } from '@/domain/events/text-hygiene';
import type { SessionId } from '@/domain/ids';
import type { CreateSandbox } from '@/ports/sandboxes';
import type { Deps } from '../deps';
import { runCommand } from '../sessions/run-command';
import { localSource } from './local-source';
import { makeSandboxToken } from './sandbox-token';

/**
 * Creates the sandbox that a session requested. May be repeated at any point: the state says whether it is still
 * wanted, and the provider answers the same sandbox for the same key. One that is no longer wanted when it is there
 * is ended again.
 */
export async function startSandbox(
  deps: Deps,
  { sessionId, epoch }: { sessionId: SessionId; epoch: number },
): Promise<void> {
  const session = await findSession(deps.db, sessionId);
  if (session?.epoch !== epoch) return;
  const { phase } = session.state.sandbox;
  if (phase !== 'requested' && phase !== 'booting') return;
  try {
    const { isolation } = await deps.sandboxes.capabilities();
    const command = { type: 'sandbox-created', epoch, isolation } as const;
    if (phase === 'requested') await runCommand(deps, { sessionId, actor: SYSTEM, command });
    const ref = await createSandbox(deps, session);
    if (!(await setSandboxRef(deps.db, sessionId, { epoch, ref }))) await deps.sandboxes.terminate(ref);
  } catch (error) {
    deps.log.error('a sandbox could not be created', { sessionId, epoch, error: messageOf(error) });
    await runCommand(deps, {
      sessionId,
      actor: SYSTEM,
      command: { type: 'sandbox-failed', epoch, reason: reasonOf(error), isFinal: false },
    });
  }
}

/** What a provider says can be anything; the log takes clean text of at most 2,000 characters. */
function reasonOf(error: unknown): Reason {
  const message = cutText(cleanText(`The sandbox could not be created: ${messageOf(error)}`), 2_000);
  return { code: error instanceof AppError ? error.code : 'internal', message };
}

async function createSandbox(deps: Deps, session: SessionRecord): ReturnType<Deps['sandboxes']['create']> {
  const { id, epoch } = session;
  const spec: CreateSandbox = {
    key: `s-${id}-${epoch}`,
    from: session.snapshotId === null ? { type: 'image' } : { type: 'snapshot', id: session.snapshotId },
    env: {
      DISPATCH_URL: deps.config.sandboxAppUrl,
      DISPATCH_SESSION: id,
      DISPATCH_EPOCH: String(epoch),
      DISPATCH_TOKEN: makeSandboxToken(deps.signer, { sessionId: id, epoch }),
    },
    labels: { deployment: deps.config.deployment, session: id, epoch: String(epoch) },
  };
  const folder = await localSource(deps, session);
  return deps.sandboxes.create(folder ? { ...spec, readOnlyFolder: folder } : spec);
}
