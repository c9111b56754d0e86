const DAY_MS = 86_400_000;

/** Counts messages the way hosted Pusher bills them: each call and each delivery, per UTC day. */
export class MessageQuota {
  readonly #perDay: number | null;
  #day = 0;
  #spent = 0;

  constructor(perDay: number | null) {
    this.#perDay = perDay;
  }

  spend(messages: number): void {
    this.#startDay();
    this.#spent += messages;
  }

  isExhausted(): boolean {
    this.#startDay();
    return this.#perDay !== null && this.#spent >= this.#perDay;
  }

  #startDay(): void {
    const today = Math.floor(Date.now() / DAY_MS);
    if (today === this.#day) return;
    this.#day = today;
    this.#spent = 0;
  }
}
