import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from '@/cli/api-client';
import { type LoggedEvent, parseLoggedEvent } from '@/domain/events/logged-event';
import type { SessionId } from '@/domain/ids';

/** Rows that it takes in at once: few, so that it is often in the middle of something. */
const PAGE = 20;
const LOOK_EVERY_MS = 250;

/** What it keeps over its own death, changed in one step with the cursor. */
interface Kept {
  cursor: number;
  rows: LoggedEvent[];
}

/**
 * Follows a log as a chat thread does: row by row with a cursor of its own, without any realtime message, and keeps
 * what it made of a row together with the cursor.
 */
export class Projector {
  readonly problems: string[] = [];
  readonly kept: Kept = { cursor: 0, rows: [] };
  readonly #api: ApiClient;
  readonly #sessionId: SessionId;
  #life = new AbortController();

  constructor(api: ApiClient, sessionId: SessionId) {
    this.#api = api;
    this.#sessionId = sessionId;
    this.#start();
  }

  /** Forgets all that is not kept, wherever it is, and begins again. */
  crash(): void {
    this.#life.abort();
    this.#life = new AbortController();
    this.#start();
  }

  stop(): void {
    this.#life.abort();
  }

  /** Keeps a row; overridden by the bug that forgets to move on. */
  protected keep(row: LoggedEvent): void {
    this.kept.rows.push(row);
    this.kept.cursor = row.seq;
  }

  #start(): void {
    const { signal } = this.#life;
    void this.#follow(signal).catch((error: unknown) => {
      if (!signal.aborted) this.problems.push(String(error));
    });
  }

  async #follow(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const rows = await this.#next().catch(() => []); // the server is away: asked again in a moment
      // What comes for one that crashed meanwhile, nobody takes.
      signal.throwIfAborted();
      for (const row of rows) {
        if (row.seq !== this.kept.cursor + 1) {
          this.problems.push(`after ${this.kept.cursor} came ${row.seq}`);
        }
        // What is made of a row goes somewhere else first, which takes its time.
        await delay(1, undefined, { signal });
        this.keep(row);
      }
      if (rows.length < PAGE) await delay(LOOK_EVERY_MS, undefined, { signal });
    }
  }

  async #next(): Promise<LoggedEvent[]> {
    const request = { sessionId: this.#sessionId, after: this.kept.cursor, limit: PAGE };
    const page = await this.#api.call((client) => client.events.after.query(request));
    return page.events.map(parseLoggedEvent);
  }
}
