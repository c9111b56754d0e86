import type { Deps } from '../deps';

/** Nobody waits longer than this for the realtime service to take a message. */
const MAX_PUBLISH_MS = 300;

/** Waits for messages to go out, but not for long: the rest of it happens after the answer. */
export async function waitBriefly(deps: Pick<Deps, 'defer'>, sending: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), MAX_PUBLISH_MS);
  });
  const first = await Promise.race([sending, late]);
  clearTimeout(timer);
  if (first === 'late') deps.defer(() => sending);
}
