import { loseBuild } from '@/db/environment-builds';
import { findSession, setSandboxRef, type SessionRecord } from '@/db/sessions';
import { AppError, messageOf } from '@/domain/errors';
import { SYSTEM } from '@/domain/events/actor';
import type { Reason } from '@/domain/events/session-event';
import { cleanText, cutText } from '@/domain/events/text-hygiene';
import type { SessionId } from '@/domain/ids';
import { forgetSnapshot, type KeptSnapshot } from '@/db/snapshots';
import { isStarting } from '@/domain/session/state';
import {
  type CreatedSandbox,
  type CreateSandbox,
  SANDBOX_REFUSALS,
  type SandboxRefusal,
} from '@/ports/sandboxes';
import type { Deps } from '../deps';
import { runCommand } from '../sessions/run-command';
import { chooseSource } from './choose-source';
import { localSource } from './local-source';
import { readResources } from './read-resources';
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
  if (session?.epoch !== epoch || !isStarting(session.state)) return;
  try {
    const ref = await createFromNewest(deps, session);
    if (!(await setSandboxRef(deps.db, sessionId, { epoch, ref }))) await deps.sandboxes.terminate(ref);
  } catch (error) {
    deps.log.error('a sandbox could not be created', { sessionId, epoch, error: messageOf(error) });
    await runCommand(deps, {
      sessionId,
      actor: SYSTEM,
      command: {
        type: 'sandbox-failed',
        epoch,
        reason: reasonOf(error),
        isFinal: whyOf(error) === 'credentials',
      },
    });
  }
}

const PREBUILT_GONE: Reason = {
  code: 'prebuilt_gone',
  message: 'The environment that was prebuilt for this repository is gone, so it is cloned and set up anew.',
};

/** From the newest disk that is still there; each one that turns out to be gone is forgotten, and the next one tried. */
async function createFromNewest(deps: Deps, session: SessionRecord): Promise<CreatedSandbox> {
  const { isolation } = await deps.sandboxes.capabilities();
  let lost: Reason | null = null;
  for (;;) {
    const { snapshot, isWaking, reason } = await chooseSource(deps, session);
    const command = {
      ...({ type: 'sandbox-created', epoch: session.epoch, isolation } as const),
      ...{ isWaking, reason: reason ?? lost },
    };
    await runCommand(deps, { sessionId: session.id, actor: SYSTEM, command });
    try {
      return await createSandbox(deps, session, snapshot);
    } catch (error) {
      if (snapshot === null || whyOf(error) !== 'snapshot_gone') throw error;
      deps.log.error('a snapshot is gone', { sessionId: session.id, snapshot: snapshot.id });
      if (await loseBuild(deps.db, snapshot, PREBUILT_GONE)) lost = PREBUILT_GONE;
      await forgetSnapshot(deps.db, snapshot);
    }
  }
}

function whyOf(error: unknown): SandboxRefusal | null {
  const why = error instanceof AppError ? error.details['why'] : null;
  return SANDBOX_REFUSALS.find((known) => known === why) ?? null;
}

/** What a provider says can be anything; the log takes clean text of at most 2,000 characters. */
function reasonOf(error: unknown): Reason {
  const message = cutText(cleanText(`The sandbox could not be created: ${messageOf(error)}`), 2_000);
  return { code: error instanceof AppError ? error.code : 'internal', message };
}

async function createSandbox(
  deps: Deps,
  session: SessionRecord,
  snapshot: KeptSnapshot | null,
): Promise<CreatedSandbox> {
  const { id, epoch } = session;
  const spec: CreateSandbox = {
    key: `s-${id}-${epoch}`,
    from: snapshot === null ? { type: 'image' } : { type: 'snapshot', id: snapshot.id },
    env: {
      DISPATCH_URL: deps.config.sandboxAppUrl,
      DISPATCH_SESSION: id,
      DISPATCH_EPOCH: String(epoch),
      DISPATCH_TOKEN: makeSandboxToken(deps.signer, { sessionId: id, epoch }),
    },
    labels: { deployment: deps.config.deployment, session: id, epoch: String(epoch) },
  };
  const folder = await localSource(deps, session);
  const resources = await readResources(deps, session);
  return deps.sandboxes.create(
    folder ? { ...spec, resources, readOnlyFolder: folder } : { ...spec, resources },
  );
}
