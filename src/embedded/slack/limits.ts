/** Calls a minute that Slack lets one app make in one workspace, by method; others are not limited here. */
const PER_MINUTE: Readonly<Record<string, number>> = {
  'chat.postMessage': 60,
  'chat.postEphemeral': 60,
  'chat.update': 50,
  'conversations.replies': 50,
  'conversations.history': 50,
  'users.info': 100,
  'views.publish': 100,
};

const MINUTE_MS = 60_000;

/** Counts calls, and says for how long to be silent. */
export class Limits {
  readonly #calls = new Map<string, number[]>();

  /** Seconds until the next call is taken; 0 for this one. */
  secondsToWait(method: string, now = Date.now()): number {
    const limit = PER_MINUTE[method];
    if (limit === undefined) return 0;
    const recent = (this.#calls.get(method) ?? []).filter((at) => now - at < MINUTE_MS);
    this.#calls.set(method, recent);
    const oldest = recent[recent.length - limit];
    if (oldest !== undefined) return Math.max(1, Math.ceil((oldest + MINUTE_MS - now) / 1_000));
    recent.push(now);
    return 0;
  }
}
