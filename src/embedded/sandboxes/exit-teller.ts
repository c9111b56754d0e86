import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '@/domain/errors';
import { type SandboxExit } from '@/domain/wire/sandbox-host';
import { type SandboxRef } from '@/ports/sandboxes';

export type OnExit = (ref: SandboxRef, exit: SandboxExit) => Promise<void> | void;

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 15_000;

/** Tells the app of sandboxes that ended, again and again until it has heard: it may be restarting just then. */
export class ExitTeller {
  private readonly onExit: OnExit;
  private readonly log: (line: string) => void;
  private readonly stopping = new AbortController();

  constructor(onExit: OnExit, log: (line: string) => void) {
    this.onExit = onExit;
    this.log = log;
  }

  /** Resolves with whether it was heard; not when the host stops, or `isNeeded` says no, before that. */
  async tell(ref: SandboxRef, exit: SandboxExit, isNeeded: () => boolean): Promise<boolean> {
    for (let waitMs = FIRST_RETRY_MS; !this.stopping.signal.aborted && isNeeded(); waitMs *= 2) {
      try {
        await this.onExit(ref, exit);
        return true;
      } catch (error) {
        this.log(`the end of ${ref.id} could not be told, will try again: ${messageOf(error)}`);
      }
      await this.pause(Math.min(waitMs, LAST_RETRY_MS));
    }
    return false;
  }

  stop(): void {
    this.stopping.abort();
  }

  private async pause(ms: number): Promise<void> {
    // Stopping ends the wait by an error, and the loop sees the same signal.
    await delay(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}
