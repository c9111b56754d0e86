import { type Ticket, TICKET_SECONDS } from '@/domain/wire/tickets';

export interface TicketCheckOptions {
  sessionId: string;
  epoch: number;
  /** Milliseconds since 1970. */
  now: () => number;
}

type AnyTicket = Pick<Ticket, 'nonce' | 'sessionId' | 'epoch' | 'expiresAt'>;

/** Whether tickets are for this sandbox's life, young enough, and come for the first time. */
export class TicketCheck {
  readonly #options: TicketCheckOptions;
  /** When each ticket that was taken is over. */
  readonly #taken = new Map<string, number>();

  constructor(options: TicketCheckOptions) {
    this.#options = options;
  }

  isOurs({ sessionId, epoch }: Pick<AnyTicket, 'sessionId' | 'epoch'>): boolean {
    return sessionId === this.#options.sessionId && epoch === this.#options.epoch;
  }

  /** Seconds that a ticket or a grant is still good for; 0 or less when it is over. */
  secondsLeft({ expiresAt }: Pick<AnyTicket, 'expiresAt'>): number {
    return expiresAt - this.#options.now() / 1_000;
  }

  /** Takes a ticket, once. */
  take(ticket: AnyTicket): 'good' | 'foreign' | 'over' {
    if (!this.isOurs(ticket)) return 'foreign';
    const left = this.secondsLeft(ticket);
    return left <= 0 || left > TICKET_SECONDS || this.#wasTaken(ticket) ? 'over' : 'good';
  }

  #wasTaken({ nonce, expiresAt }: AnyTicket): boolean {
    const nowSeconds = this.#options.now() / 1_000;
    for (const [old, until] of this.#taken) if (until < nowSeconds) this.#taken.delete(old);
    if (this.#taken.has(nonce)) return true;
    this.#taken.set(nonce, expiresAt);
    return false;
  }
}
