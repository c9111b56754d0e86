import { randomUUID } from 'node:crypto';
import { hasRight } from '@/domain/access/roles';
import { AppError } from '@/domain/errors';
import type { SessionId } from '@/domain/ids';
import { TERMINAL_CONTEXT, TERMINAL_PATH, TerminalTicket } from '@/domain/wire/terminal';
import { TICKET_PARAMETER, TICKET_SECONDS } from '@/domain/wire/tickets';
import type { Caller } from '../caller';
import { readPorts } from '../files/look-at-files';
import { sandboxOf } from '../sandboxes/end-sandbox';
import { makeSandboxToken } from '../sandboxes/sandbox-token';
import { authorizeSession } from '../sessions/authorize-session';
import type { Issuing } from './make-ticket';
import { sealTicket } from './seal-ticket';

/** A WebSocket's address that lets one client in to the terminal, once; `ticket` renews a visit that is open. */
export interface TerminalVisit {
  url: string;
  ticket: string;
  expiresAt: Date;
}

/**
 * Lets whoever may see the session look at the terminal of its sandbox, and who may steer it type there. Errors:
 * `sandbox_unavailable` when none runs, and as a look at its files.
 */
export async function makeTerminalTicket(
  deps: Issuing,
  caller: Caller,
  { sessionId }: { sessionId: SessionId },
): Promise<TerminalVisit> {
  const { listener } = await readPorts(deps, caller, sessionId);
  // Asked after the sandbox's answer: a right that was taken away meanwhile makes no ticket.
  const session = await authorizeSession(deps, { caller, sessionId, right: 'see' });
  const ref = sandboxOf(session);
  if (!ref) throw new AppError('sandbox_unavailable', 'No sandbox of this session is running.');
  const exposed = await deps.sandboxes.expose(ref, listener);
  const expiresAt = Math.floor(Date.now() / 1_000) + TICKET_SECONDS;
  const { id: userId, name } = caller.person;
  const ticket = TerminalTicket.parse({
    ...{ nonce: randomUUID(), sessionId, epoch: session.epoch, userId, name, expiresAt },
    ...{ origin: new URL(deps.config.appUrl).origin, mayDrive: hasRight(session.role, 'steer') },
  });
  const key = makeSandboxToken(deps.signer, { sessionId, epoch: session.epoch });
  const sealed = sealTicket(key, TERMINAL_CONTEXT, ticket);
  const url = new URL(TERMINAL_PATH, exposed.url);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  for (const [parameter, value] of Object.entries(exposed.query)) url.searchParams.set(parameter, value);
  url.searchParams.set(TICKET_PARAMETER, sealed);
  return { url: url.href, ticket: sealed, expiresAt: new Date(expiresAt * 1_000) };
}
