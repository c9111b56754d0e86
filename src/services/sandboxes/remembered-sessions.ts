import type { SessionRecord } from '@/db/sessions';
import type { SessionId } from '@/domain/ids';

/** Enough for every session that reports to one process at a time; a record is a few kilobytes. */
const MAX_SESSIONS = 500;

/**
 * Sessions as this process last read or wrote them, so that a bridge that reports all the time costs one statement and
 * not two. Never the truth: what is decided on one of them is written under a guard of its version, epoch, bridge and
 * numbers, and read anew when that does not hold.
 */
export class RememberedSessions {
  readonly #sessions = new Map<SessionId, SessionRecord>();

  get(id: SessionId): SessionRecord | undefined {
    return this.#sessions.get(id);
  }

  /** The one that was not heard of for longest gives way. */
  set(session: SessionRecord): void {
    this.#sessions.delete(session.id);
    this.#sessions.set(session.id, session);
    if (this.#sessions.size <= MAX_SESSIONS) return;
    const [oldest] = this.#sessions.keys();
    if (oldest !== undefined) this.#sessions.delete(oldest);
  }

  forget(id: SessionId): void {
    this.#sessions.delete(id);
  }
}
