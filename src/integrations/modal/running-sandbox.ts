import type { Sandbox } from 'modal';
import { AppError } from '@/domain/errors';
import type { SandboxRef } from '@/ports/sandboxes';
import type { ModalConnection } from './connection';
import { isNotFound } from './refusal';

/**
 * A sandbox that runs, over a connection that answered just now: what may not be done twice is then done over that
 * one. Errors: `sandbox_unavailable`, also when it does not run.
 */
export async function findRunning(connection: ModalConnection, ref: SandboxRef): Promise<Sandbox> {
  return connection.call({ what: 'look at a sandbox' }, async ({ client }) => {
    const sandbox = await client.sandboxes.fromId(ref.id);
    if (await isRunning(sandbox)) return sandbox;
    throw new AppError('sandbox_unavailable', `The sandbox ${ref.id} is not running.`);
  });
}

async function isRunning(sandbox: Sandbox): Promise<boolean> {
  try {
    return (await sandbox.poll()) === null;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
