import { storeDelivery } from '@/db/github-deliveries';
import { AppError } from '@/domain/errors';
import type { Deps } from '../deps';
import { workOffDeliveries } from './work-off-deliveries';

/** A webhook as it came in: its body to the byte, and what its headers said. */
export interface ReceivedDelivery {
  body: string;
  signature: string | null;
  id: string | null;
  event: string | null;
}

/**
 * Takes a webhook in: checked and kept before the answer, worked on after it. One that comes again is taken again and
 * changes nothing. Errors: `not_found` where there is no App, `unauthenticated`, `bad_input`.
 */
export async function receiveDelivery(deps: Deps, given: ReceivedDelivery): Promise<void> {
  const { body, signature, id, event } = given;
  if (!deps.github) throw new AppError('not_found', 'Here no GitHub App is set up.');
  if (signature === null || !(await deps.github.isSigned(body, signature))) {
    throw new AppError('unauthenticated', 'This is not signed with the webhook secret of the App.');
  }
  if (id === null || event === null) throw new AppError('bad_input', 'A delivery has an id and an event.');
  await storeDelivery(deps.db, { id, event, payload: readObject(body) });
  deps.defer(() => workOffDeliveries(deps));
}

function readObject(body: string): Record<string, never> {
  try {
    const value: unknown = JSON.parse(body);
    // What JSON gives for an object, and its values are JSON.
    if (typeof value === 'object' && value !== null) return value as Record<string, never>;
  } catch (error) {
    throw new AppError('bad_input', 'The body is not JSON.', { cause: error });
  }
  throw new AppError('bad_input', 'The body is no object.');
}
