import { setTimeout as delay } from 'node:timers/promises';
import type { Sandbox } from 'modal';
import type { KeptDisk, SandboxRef } from '@/ports/sandboxes';
import type { ModalConnection } from './connection';
import { isNamed, isNotFound, isOver } from './refusal';

const NOTHING_KEPT: KeptDisk = { snapshot: null, isPending: false };

/** How long its processes may take to be gone; then the answer is given all the same. */
const END_LIMIT_MS = 8_000;
const END_POLL_MS = 150;

/** How long a call waits for the snapshot; who asked is told to ask again, since a large disk takes minutes. */
const SNAPSHOT_WAIT_MS = 5_000;

/**
 * Ends a sandbox, and answers its exit snapshot with `keep`. May be repeated, also for one that ended by itself: the
 * snapshot is made by Modal however it ended, and told as pending until it is there. Errors: `sandbox_unavailable`.
 */
export async function endSandbox(
  connection: ModalConnection,
  ref: SandboxRef,
  { keep }: { keep: boolean },
): Promise<KeptDisk> {
  const ending = { what: 'end a sandbox', timeoutMs: END_LIMIT_MS + 10_000 };
  const isKnown = await connection.call(ending, async ({ client }) => {
    const sandbox = await client.sandboxes.fromId(ref.id);
    try {
      await sandbox.terminate();
      await untilEnded(sandbox);
      return true;
    } catch (error) {
      if (isOver(error)) return true;
      if (isNotFound(error)) return false;
      throw error;
    }
  });
  if (!isKnown || !keep) return NOTHING_KEPT;
  const fetching = { what: 'fetch the disk of a sandbox', timeoutMs: SNAPSHOT_WAIT_MS + 10_000 };
  return connection.call(fetching, async ({ client }) => fetchDisk(await client.sandboxes.fromId(ref.id)));
}

async function untilEnded(sandbox: Sandbox): Promise<void> {
  const startedAtMs = performance.now();
  while ((await sandbox.poll()) === null && performance.now() - startedAtMs < END_LIMIT_MS) {
    await delay(END_POLL_MS);
  }
}

async function fetchDisk(sandbox: Sandbox): Promise<KeptDisk> {
  try {
    const { imageId } = await sandbox.experimentalGetExitSnapshot({ timeoutMs: SNAPSHOT_WAIT_MS });
    return { snapshot: imageId, isPending: false };
  } catch (error) {
    if (isNamed(error, 'TimeoutError')) return { snapshot: null, isPending: true };
    // It failed for good, was never asked for, or its sandbox is forgotten: no later call will find it.
    const isLost = isNamed(error, 'SnapshotCreationError') || isNamed(error, 'InvalidError');
    if (isLost || isNotFound(error)) return NOTHING_KEPT;
    throw error;
  }
}
