import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Ticket, TICKET_CONTEXT, TICKET_PARAMETER } from '@/domain/wire/tickets';
import { useDeps } from '@/testing/deps';
import { callAs, newPerson, type TestBridge, TestSession } from '@/testing/test-session';
import { takeAnswer } from '../files/take-answer';
import { makeSandboxToken } from '../sandboxes/sandbox-token';

const world = useDeps();

/** Answers the next look at the ports, as a bridge does; `meanwhile` happens before its answer is there. */
async function answerPorts(bridge: TestBridge, meanwhile?: () => Promise<unknown>): Promise<void> {
  for (;;) {
    const { commands } = await bridge.say();
    const found = commands.map(({ command }) => command).find(({ type }) => type === 'read');
    if (found?.type === 'read') {
      expect(found.what).toBe('ports');
      await meanwhile?.();
      const ports = [
        { port: 3_000, name: 'web', isListening: true },
        { port: 4_000, name: null, isListening: false },
      ];
      const answer = { type: 'ports', listener: 41_000, ports } as const;
      await takeAnswer(bridge.deps, bridge.identity, { requestId: found.requestId, answer });
      await bridge.take();
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const ticketOf = (session: TestSession, port: number, who = session.owner) =>
  callAs(world.current, who).ports.ticket({ sessionId: session.id, port });

describe('a ticket to a port', () => {
  it('is for one person, session, life and port, signed for that sandbox, at a host of its own', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    const [given] = await Promise.all([ticketOf(session, 3_000), answerPorts(bridge)]);
    const url = new URL(given.url);
    expect(url.origin).toBe(`http://p3000-${session.id}.localhost:41000`);
    expect(url.hostname).not.toBe(new URL(world.current.config.appUrl).hostname);
    const [payload, signature] = (url.searchParams.get(TICKET_PARAMETER) ?? '').split('.');
    const key = makeSandboxToken(world.current.signer, bridge.identity);
    const wanted = createHmac('sha256', key).update(`${TICKET_CONTEXT}|${payload!}`).digest('base64url');
    expect(signature).toBe(wanted);
    const ticket = Ticket.parse(JSON.parse(Buffer.from(payload!, 'base64url').toString()));
    const of = { sessionId: session.id, epoch: 1, userId: session.owner.person.id };
    expect(ticket).toMatchObject({ ...of, port: 3_000, origin: url.origin });
    expect(ticket.expiresAt * 1_000).toBe(given.expiresAt.getTime());
  });

  it('is not given to a port at which nothing of the sandbox listens', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    for (const port of [4_000, 5_432]) {
      const [result] = await Promise.allSettled([ticketOf(session, port), answerPorts(bridge)]);
      expect(result).toMatchObject({ reason: { cause: { code: 'not_found' } } });
    }
  });

  it('is not given to who was taken out of the team while the sandbox was asked', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    const { db } = world.current;
    const leave = () => db.membership.deleteMany({ where: { userId: session.owner.person.id } });
    const [result] = await Promise.allSettled([ticketOf(session, 3_000), answerPorts(bridge, leave)]);
    expect(result.status).toBe('rejected');
  });

  it('is not given to a stranger, who is told of no session', async () => {
    const { session } = await TestSession.ready(world.current);
    const stranger = await newPerson(world.current, { name: 'Stranger' });
    await expect(ticketOf(session, 3_000, stranger)).rejects.toMatchObject({ cause: { code: 'not_found' } });
  });
});
