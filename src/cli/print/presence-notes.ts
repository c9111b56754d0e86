import type { PersonHere } from '@/domain/sync/presence-roll';
import { clientsWords, countWords } from '@/domain/sync/presence-words';
import type { PresenceSnapshot } from '@/domain/sync/session-presence';
import type { Scheduler } from '@/domain/sync/scheduler';
import { visibleLine } from './visible-text';

/** Whoever is back within this, on a line that broke, has not left. */
const LEFT_MS = 5_000;

/** Says who else is in a session, in a line each time that somebody comes or has left. */
export class PresenceNotes {
  readonly #say: (line: string) => void;
  readonly #scheduler: Scheduler;
  /** Names, by who they are. */
  readonly #here = new Map<string, string>();
  readonly #leaving = new Map<string, () => void>();
  #isFull = false;

  constructor(say: (line: string) => void, scheduler: Scheduler) {
    this.#say = say;
    this.#scheduler = scheduler;
  }

  update({ state, people }: PresenceSnapshot): void {
    if (state === 'full' && !this.#isFull) this.#say(`· ${countWords(state, 0)} people are here`);
    this.#isFull = state === 'full';
    if (state !== 'here') return;
    const others = people.filter(({ isMe }) => !isMe);
    for (const person of others) this.#isHere(person);
    const ids = new Set<string>(others.map(({ userId }) => userId));
    for (const userId of this.#here.keys()) if (!ids.has(userId)) this.#mayHaveLeft(userId);
  }

  /** Nothing is said any more. */
  stop(): void {
    for (const cancel of this.#leaving.values()) cancel();
    this.#leaving.clear();
  }

  #isHere({ userId, name, clients }: PersonHere): void {
    this.#leaving.get(userId)?.();
    this.#leaving.delete(userId);
    if (this.#here.has(userId)) return;
    const shown = visibleLine(name, 60);
    this.#here.set(userId, shown);
    this.#say(`· ${shown} is here, ${clientsWords(clients)}`);
  }

  #mayHaveLeft(userId: string): void {
    if (this.#leaving.has(userId)) return;
    const leave = (): void => {
      this.#say(`· ${this.#here.get(userId) ?? 'Somebody'} left`);
      this.#leaving.delete(userId);
      this.#here.delete(userId);
    };
    this.#leaving.set(userId, this.#scheduler.after(LEFT_MS, leave));
  }
}
