import { randomBytes } from 'node:crypto';

interface Target {
  channel: string;
  user: string;
  /** The message that the press was in; null for a command. */
  ts: string | null;
}

const LIFE_MS = 30 * 60_000;
const MAX_USES = 5;

/** The addresses under which the app answers what somebody did: five times within half an hour. */
export class ResponseUrls {
  readonly #base: string;
  readonly #targets = new Map<string, Target & { uses: number; until: number }>();

  constructor(base: string) {
    this.#base = base;
  }

  make(target: Target): string {
    const id = randomBytes(12).toString('hex');
    this.#targets.set(id, { ...target, uses: 0, until: Date.now() + LIFE_MS });
    return `${this.#base}/response/${id}`;
  }

  /** Where an answer goes; null for an address that is unknown or used up. */
  use(id: string): Target | null {
    const target = this.#targets.get(id);
    if (!target || target.until < Date.now() || target.uses >= MAX_USES) return null;
    target.uses += 1;
    return target;
  }
}
