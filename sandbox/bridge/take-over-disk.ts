import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BridgeEnvironment } from './environment';

/** What a bridge notes for its own session and life; the setup's record is of the clone, and stays with it. */
const OF_A_SESSION = /^(?:outbox-|brought-up-to-date-|conversation\.json$|restore\.bundle$)/;

type Paths = Pick<BridgeEnvironment, 'DISPATCH_STATE' | 'DISPATCH_SESSION'>;

/**
 * Makes a disk that was prebuilt by another session's sandbox this session's own: nothing is left of what that bridge
 * noted for itself, and the clone is marked as one that is on another branch. To be called before the journal is
 * opened; a kill at any point is made good by the next call.
 */
export function takeOverDisk({ DISPATCH_STATE: state, DISPATCH_SESSION: session }: Paths): void {
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const owner = join(state, 'session');
  const before = existsSync(owner) ? readFileSync(owner, 'utf8') : session;
  if (before !== session) {
    writeFileSync(switchMark(state), '', { mode: 0o600 });
    for (const name of readdirSync(state)) if (OF_A_SESSION.test(name)) rmSync(join(state, name));
  }
  writeFileSync(owner, session, { mode: 0o600 });
}

/** Whether the clone is as another session's sandbox left it. */
export function isForeignClone({ DISPATCH_STATE: state }: Paths): boolean {
  return existsSync(switchMark(state));
}

/** The clone is on this session's branch now. */
export function ownClone({ DISPATCH_STATE: state }: Paths): void {
  rmSync(switchMark(state), { force: true });
}

function switchMark(state: string): string {
  return join(state, 'foreign-clone');
}
