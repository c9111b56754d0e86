import type { IncomingMessage } from 'node:http';
import { GRANT_COOKIE, GRANT_SECONDS, type Ticket, TICKET_PARAMETER } from '@/domain/wire/tickets';
import { CONNECT_TOKEN } from './forward';
import { openGrant, openTicket, sealGrant } from './seal';
import type { TicketCheck } from './ticket-check';

export interface GateOptions {
  /** The sandbox's token, under which the server signs tickets. */
  key: string;
  check: TicketCheck;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** What becomes of a request: let in, given its cookie, sent to get another ticket, or turned away. */
export type Admission =
  | { type: 'in'; grant: Ticket }
  | { type: 'welcome'; cookie: string; location: string }
  | { type: 'renew'; location: string }
  | { type: 'refused'; message: string };

/** Decides who is let in at the bridge's listener. */
export class Gate {
  readonly #options: GateOptions;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  admit(request: IncomingMessage): Admission {
    const url = new URL(request.url ?? '/', 'http://sandbox');
    const sealed = url.searchParams.get(TICKET_PARAMETER);
    if (sealed !== null) return this.#welcome(url, sealed);
    const grant = openGrant(this.#options.key, cookieOf(request));
    if (!grant || !this.#options.check.isOurs(grant)) {
      return { type: 'refused', message: 'This page is open to people of its session. Open it from there.' };
    }
    if (this.secondsLeft(grant) > 0) return this.#checkOrigin(request, grant);
    const isPage = request.headers['sec-fetch-mode'] === 'navigate' && request.method === 'GET';
    if (isPage) return { type: 'renew', location: grant.renewUrl };
    return { type: 'refused', message: 'This visit is over. Load the page again.' };
  }

  /** How long a grant still lets in; 0 or less when it is over. */
  secondsLeft(grant: Ticket): number {
    return this.#options.check.secondsLeft(grant);
  }

  /** Another site must not act with this one's cookie, nor its page read through a socket. */
  #checkOrigin({ headers }: IncomingMessage, grant: Ticket): Admission {
    const isForeign = headers.origin !== undefined && headers.origin !== grant.origin;
    if (isForeign || ['cross-site', 'same-site'].includes(String(headers['sec-fetch-site']))) {
      // Following a link from elsewhere is how a page is opened; it shows nothing to where it came from.
      const isLink = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
      if (isForeign || !isLink) return { type: 'refused', message: 'Another site asked for this.' };
    }
    // What a page registers there would stay when the right is gone.
    if (headers['service-worker'] !== undefined) {
      return { type: 'refused', message: 'A preview keeps no service workers.' };
    }
    return { type: 'in', grant };
  }

  #welcome(url: URL, sealed: string): Admission {
    const { key, now, check } = this.#options;
    const ticket = openTicket(key, sealed);
    const found = ticket ? check.take(ticket) : 'foreign';
    if (!ticket || found === 'foreign') {
      return {
        type: 'refused',
        message: 'This ticket is not for this sandbox. Open the page from its session.',
      };
    }
    if (found === 'over') {
      return {
        type: 'refused',
        message: 'This ticket was used or is too old. Open the page from its session.',
      };
    }
    const grant = { ...ticket, expiresAt: Math.floor(now() / 1_000) + GRANT_SECONDS };
    const isSecure = ticket.origin.startsWith('https:') ? '; Secure' : '';
    // The browser keeps it longer than it is good for: it also says where to get another one.
    const cookie = `${GRANT_COOKIE}=${sealGrant(key, grant)}; Path=/; HttpOnly; SameSite=Lax; Max-Age=43200${isSecure}`;
    url.searchParams.delete(TICKET_PARAMETER);
    url.searchParams.delete(CONNECT_TOKEN);
    // Two slashes at the beginning would name another host.
    return { type: 'welcome', cookie, location: url.pathname.replace(/^\/+/, '/') + url.search };
  }
}

function cookieOf({ headers }: IncomingMessage): string {
  const pairs = (headers.cookie ?? '').split(/; */);
  const prefix = `${GRANT_COOKIE}=`;
  return pairs.find((pair) => pair.startsWith(prefix))?.slice(prefix.length) ?? '';
}
