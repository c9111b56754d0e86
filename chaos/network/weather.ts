import type { Dice } from '../dice';
import { type FaultTally, NETWORK_FAULTS, type NetworkFault } from '../faults/tally';
import {
  type Answer,
  BrokenConnectionError,
  type Interceptor,
  type Next,
  type Passing,
  refusal,
} from './exchange';
import type { Message, MessageFate } from './realtime-proxy';
import { reportedIn } from '../world/frames';

/** How bad the network is: shares of requests and messages, 0 to 1. */
export interface Severity {
  requests: number;
  publishes: number;
  messages: number;
}

/** Everything arrives, once and in order. */
export const CALM: Severity = { requests: 0, publishes: 0, messages: 0 };

type MessageFault = Extract<NetworkFault, `message${string}`>;
type RequestFault = Exclude<NetworkFault, MessageFault>;

/** What may happen to a request, with weights. */
const REQUEST_FAULTS: Readonly<Record<Passing['route'], readonly (readonly [RequestFault, number])[]>> = {
  command: anyRequest(),
  query: anyRequest(),
  sync: [...anyRequest(), ['answered 413', 4]],
  poll: anyRequest(),
  boot: anyRequest(),
  other: anyRequest(),
  // OpenCode waits 2, 4, 8… s before it asks a model again, so a little is much.
  model: [
    ['request delayed', 4],
    ['request lost', 1],
  ],
  publish: [
    ['publish lost', 3],
    ['publish doubled', 2],
    ['publish delayed', 3],
  ],
};

function anyRequest(): (readonly [RequestFault, number])[] {
  return [
    ['request lost', 3],
    ['answer lost', 4],
    ['request doubled', 4],
    ['request delayed', 4],
    ['requests reordered', 3],
    ['answer cut', 2],
    ['answered 429', 2],
    ['answered 500', 2],
    ['answer never', 0.4],
  ];
}

/** A request waits this long at most for another one to pass it. */
const REORDER_MS = 1_200;
/** Bridges and streams give a hung request up before; for the others the platform breaks it off. */
const NEVER_MS = 25_000;

const MESSAGE_FAULTS: readonly (readonly [MessageFault, number])[] = [
  ['message lost', 1],
  ['message doubled', 1],
  ['message delayed', 1],
  ['messages reordered', 1],
];

/** How often a kind that has not been met yet is preferred, so that a run of half a minute meets them all. */
const PREFER_NEW = 0.4;

/** The weather of one run: what it does depends on the seed and on the order in which requests come. */
export class Weather {
  severity: Severity = CALM;
  readonly #kinds: ReadonlySet<NetworkFault>;
  readonly #dice: Dice;
  readonly #tally: FaultTally;
  /** Let go of when the next request of the same route has been answered. */
  readonly #waiting = new Map<Passing['route'], Set<() => void>>();
  /** Let go of when the next message for the same client went out. */
  readonly #heldBack = new WeakMap<object, () => void>();

  constructor(dice: Dice, tally: FaultTally, kinds: readonly NetworkFault[] = NETWORK_FAULTS) {
    this.#dice = dice;
    this.#tally = tally;
    this.#kinds = new Set(kinds);
  }

  readonly requests: Interceptor = async (passing, next) => {
    const { route } = passing;
    const share = route === 'publish' ? this.severity.publishes : this.severity.requests;
    const isHit = this.#dice.chance(route === 'model' ? share / 4 : share);
    const fault = isHit ? this.#chooseFor(passing) : this.#seldom(passing);
    const answer = await (fault === null ? next(passing) : this.#spoil(fault, passing, next));
    for (const release of this.#waiting.get(route) ?? []) release();
    return answer;
  };

  /** Lost, doubled, late or in another order; by itself for each who listens. */
  readonly fate: MessageFate = (message: Message, send) => {
    const { frame, client } = message;
    const kind = this.#dice.chance(this.severity.messages) ? this.#choose(MESSAGE_FAULTS) : null;
    if (kind === null) {
      send(frame);
      this.#heldBack.get(client)?.();
      return;
    }
    this.#tally.note(kind);
    switch (kind) {
      case 'message lost':
        return;
      case 'message doubled':
        send(frame);
        send(frame, this.#dice.chance(0.5) ? 0 : this.#dice.between(20, 800));
        return;
      case 'message delayed':
        send(frame, this.#dice.between(50, 2_500));
        return;
      case 'messages reordered':
        this.#holdBack(client, () => send(frame));
    }
  };

  #chooseFor(passing: Passing): RequestFault | null {
    const all = REQUEST_FAULTS[passing.route];
    return this.#choose(canSplit(passing) ? all : all.filter(([kind]) => kind !== 'answered 413'));
  }

  /** Few requests can be refused as too large: in bad weather one of the first of them is. */
  #seldom(passing: Passing): RequestFault | null {
    const kind = 'answered 413';
    const isWanted = this.severity.requests > 0 && this.#kinds.has(kind) && this.#tally.count(kind) === 0;
    return isWanted && canSplit(passing) && this.#dice.chance(PREFER_NEW) ? kind : null;
  }

  #choose<K extends NetworkFault>(all: readonly (readonly [K, number])[]): K | null {
    const choices = all.filter(([kind]) => this.#kinds.has(kind));
    if (choices.length === 0) return null;
    const fresh = choices.filter(([kind]) => this.#tally.count(kind) === 0);
    return this.#dice.weighted(fresh.length > 0 && this.#dice.chance(PREFER_NEW) ? fresh : choices);
  }

  /** One at a time for each client: a second one goes out at once, and by that lets go of the first. */
  #holdBack(client: object, send: () => void): void {
    const before = this.#heldBack.get(client);
    if (before) {
      send();
      before();
      return;
    }
    const release = (): void => {
      clearTimeout(timer);
      this.#heldBack.delete(client);
      send();
    };
    const timer = setTimeout(release, 400);
    this.#heldBack.set(client, release);
  }

  async #spoil(fault: RequestFault, passing: Passing, next: Next): Promise<Answer> {
    this.#tally.note(fault);
    switch (fault) {
      case 'request lost':
        throw new BrokenConnectionError(fault);
      case 'publish lost':
        return refusal(503);
      case 'answered 429':
        return refusal(429);
      case 'answered 500':
        return refusal(500);
      case 'answered 413':
        return refusal(413);
      case 'request doubled':
      case 'publish doubled':
        return this.#twice(passing, next);
      case 'request delayed':
      case 'publish delayed':
        await pause(this.#dice.between(100, 2_500));
        return next(passing);
      case 'requests reordered':
        await this.#untilPassed(passing.route);
        return next(passing);
      case 'answer lost':
        await next(passing);
        throw new BrokenConnectionError(fault);
      case 'answer cut':
        return cut(await next(passing));
      case 'answer never':
        await next(passing);
        await pause(NEVER_MS, passing.gone);
        throw new BrokenConnectionError(fault);
    }
  }

  /** The second one comes at the same moment, or when the first was answered already. */
  async #twice(passing: Passing, next: Next): Promise<Answer> {
    const isAtOnce = this.#dice.chance(0.5);
    const first = next(passing);
    if (!isAtOnce) await first;
    const second = next(passing);
    const [answer] = await Promise.all([this.#dice.chance(0.5) ? first : second, first, second]);
    return answer;
  }

  async #untilPassed(route: Passing['route']): Promise<void> {
    const waiting = this.#waiting.get(route) ?? new Set();
    this.#waiting.set(route, waiting);
    await new Promise<void>((resolve) => {
      const release = (): void => {
        clearTimeout(timer);
        waiting.delete(release);
        resolve();
      };
      const timer = setTimeout(release, REORDER_MS);
      waiting.add(release);
    });
  }
}

/** Half of an answer, whose length says that it was whole. */
function cut({ status, headers, body }: Answer): Answer {
  if (!Buffer.isBuffer(body)) throw new BrokenConnectionError('the answer was cut');
  return { status, headers, body: body.subarray(0, Math.floor(body.length / 2)) };
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** What can't be split would be refused as too large for ever, which no proxy does for a body that a server takes. */
function canSplit(passing: Passing): boolean {
  return passing.route === 'sync' && reportedIn(passing).length > 1;
}
