import { randomUUID } from 'node:crypto';
import { AppError } from '@/domain/errors';
import type { SessionId } from '@/domain/ids';
import { Ticket, TICKET_CONTEXT, TICKET_PARAMETER, TICKET_SECONDS } from '@/domain/wire/tickets';
import type { ExposedPort } from '@/ports/sandboxes';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { type Looking, readPorts } from '../files/look-at-files';
import { sandboxOf } from '../sandboxes/end-sandbox';
import { makeSandboxToken } from '../sandboxes/sandbox-token';
import { authorizeSession } from '../sessions/authorize-session';
import { sealTicket } from './seal-ticket';

export type Issuing = Looking & Pick<Deps, 'sandboxes' | 'signer' | 'config'>;

/** An address that opens a port of a sandbox, and until when it has to be followed; it works once. */
export interface PortTicket {
  url: string;
  expiresAt: Date;
}

/**
 * Lets whoever may see the session open a page that a program of its sandbox serves. Errors: `sandbox_unavailable`
 * when none runs, `not_found` when nothing listens at that port.
 */
export async function makeTicket(
  deps: Issuing,
  caller: Caller,
  { sessionId, port }: { sessionId: SessionId; port: number },
): Promise<PortTicket> {
  const { listener, ports } = await readPorts(deps, caller, sessionId);
  if (!ports.some((open) => open.port === port && open.isListening)) {
    throw new AppError('not_found', `No program of this session’s sandbox listens at port ${port} now.`);
  }
  // Asked after the sandbox's answer: a right that was taken away meanwhile makes no ticket.
  const session = await authorizeSession(deps, { caller, sessionId, right: 'see' });
  const ref = sandboxOf(session);
  if (!ref) throw new AppError('sandbox_unavailable', 'No sandbox of this session is running.');
  const address = browserAddress(await deps.sandboxes.expose(ref, listener), { sessionId, port });
  const expiresAt = Math.floor(Date.now() / 1_000) + TICKET_SECONDS;
  const ticket = Ticket.parse({
    ...{ nonce: randomUUID(), sessionId, epoch: session.epoch, userId: caller.person.id },
    ...{ purpose: 'preview', port, origin: address.origin, expiresAt },
    renewUrl: `${deps.config.appUrl}/s/${sessionId}/preview/${port}`,
  });
  const key = makeSandboxToken(deps.signer, { sessionId, epoch: session.epoch });
  address.searchParams.set(TICKET_PARAMETER, sealTicket(key, TICKET_CONTEXT, ticket));
  return { url: address.href, expiresAt: new Date(expiresAt * 1_000) };
}

/**
 * Where a browser goes. Cookies don't know ports, so on one machine each port of each session gets a host name of its
 * own below `localhost`, which browsers look up on loopback themselves: the app's cookies are never sent there.
 */
function browserAddress(exposed: ExposedPort, of: { sessionId: SessionId; port: number }): URL {
  const url = new URL(exposed.url);
  if (url.hostname === '127.0.0.1') url.hostname = `p${of.port}-${of.sessionId}.localhost`;
  for (const [name, value] of Object.entries(exposed.query)) url.searchParams.set(name, value);
  return url;
}
