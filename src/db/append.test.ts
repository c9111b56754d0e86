import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AGENT, SYSTEM } from '@/domain/events/actor';
import type { SessionEvent } from '@/domain/events/session-event';
import { PartId, TurnId } from '@/domain/ids';
import { useDeps } from '@/testing/deps';
import { newPromptId, TestSession } from '@/testing/test-session';
import { append } from './append';
import { isUniqueViolation } from './unique-violation';

const world = useDeps();

const newTurnId = () => TurnId.parse(randomUUID());
const step = (n: number): SessionEvent => ({ kind: 'turn.step_started', turnId: newTurnId(), step: n });
const byAgent = (...events: SessionEvent[]) => events.map((event) => ({ actor: AGENT, event }));

async function seqsOf({ deps, id }: TestSession): Promise<number[]> {
  const rows = await deps.db.event.findMany({
    where: { sessionId: id },
    orderBy: { seq: 'asc' },
    select: { seq: true },
  });
  return rows.map(({ seq }) => seq);
}

const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

describe('numbers in the log', () => {
  it('have no gap and no double when 20 append at once, each 3 events, in one session', async () => {
    const session = await TestSession.create(world.current);
    const before = (await session.now()).lastSeq;
    const answers = await Promise.all(
      upTo(20).map((n) =>
        append(world.current.db, {
          sessionId: session.id,
          guard: {},
          events: byAgent(step(n), step(n + 100), step(n + 200)),
        }),
      ),
    );
    expect(await seqsOf(session)).toEqual(upTo(before + 60));
    expect((await session.now()).lastSeq).toBe(before + 60);
    for (const answer of answers) {
      const seqs = answer!.events.map(({ seq }) => seq);
      expect(seqs).toEqual([seqs[0]!, seqs[0]! + 1, seqs[0]! + 2]);
      expect(answer!.lastSeq).toBe(seqs[2]);
    }
  });

  it('are each session’s own when many sessions are appended to at once', async () => {
    const sessions = await Promise.all(upTo(5).map(() => TestSession.create(world.current)));
    await Promise.all(
      sessions.flatMap(({ id }) =>
        upTo(20).map((n) => append(world.current.db, { sessionId: id, guard: {}, events: byAgent(step(n)) })),
      ),
    );
    for (const session of sessions) expect(await seqsOf(session)).toEqual(upTo(21));
  });

  it('stand in the order of the events, and come back as they went in', async () => {
    const session = await TestSession.create(world.current);
    const texts = ['“quotes” and \\ and \n', '🙂🙂', '{"kind":"session.archived"}', '$1 %s'];
    const events = texts.map((text): SessionEvent => ({
      kind: 'part.finished',
      turnId: newTurnId(),
      partId: PartId.parse('prt_1'),
      parentPartId: null,
      part: { type: 'text', text },
    }));
    await append(world.current.db, { sessionId: session.id, guard: {}, events: byAgent(...events) });
    expect((await session.events()).slice(1)).toEqual(events);
  });
});

describe('a guard that does not hold', () => {
  it.each([
    ['a version of before', { version: -1 }],
    ['an epoch that is over', { bridge: { epoch: 9, first: 1, count: 1, bootId: randomUUID() } }],
    ['a number that was stored', { bridge: { epoch: 0, first: 2, count: 1, bootId: randomUUID() } }],
  ])('writes nothing at all: %s', async (_name, guard) => {
    const session = await TestSession.create(world.current);
    const before = await session.now();
    const given = { sessionId: session.id, guard, receipt: { actor: 'system', commandId: randomUUID() } };
    const title: SessionEvent = { kind: 'session.titled', title: 'not to be' };
    const appended = await append(world.current.db, {
      ...given,
      events: [{ actor: SYSTEM, event: title }],
      state: { ...before.state, title: 'not to be' },
    });
    expect(appended).toBeNull();
    expect(await session.now()).toEqual(before);
    expect(await seqsOf(session)).toEqual([1]);
    expect(await world.current.db.commandReceipt.count({ where: { actor: 'system' } })).toBe(0);
  });
});

describe('one turn at a time', () => {
  it('is held by the database, whatever was decided', async () => {
    const { session } = await TestSession.ready(world.current);
    const waiting = await session.send('two');
    const before = await session.now();
    const second: SessionEvent = {
      kind: 'prompt.started',
      promptId: waiting,
      turnId: newTurnId(),
      attempt: 1,
    };
    const wrong = append(world.current.db, {
      sessionId: session.id,
      guard: { version: before.version },
      events: [{ actor: SYSTEM, event: second }],
      state: before.state,
    });
    await expect(wrong).rejects.toSatisfy(isUniqueViolation);
    expect(await session.now()).toEqual(before);
    expect(await seqsOf(session)).toEqual(upTo(before.lastSeq));
  });
});

describe('a projection that fails', () => {
  it('takes the events with it', async () => {
    const session = await TestSession.create(world.current);
    const unknown: SessionEvent = { kind: 'prompt.edited', promptId: newPromptId(), text: 'x' };
    const appended = append(world.current.db, {
      sessionId: session.id,
      guard: {},
      events: [{ actor: SYSTEM, event: unknown }],
    });
    await expect(appended).rejects.toThrow();
    expect(await seqsOf(session)).toEqual([1]);
    expect((await session.now()).lastSeq).toBe(1);
  });
});

describe('what hangs on a session', () => {
  it('is deleted with it, the log too', async () => {
    const [session, other] = [
      await TestSession.create(world.current),
      await TestSession.create(world.current),
    ];
    const kept = await seqsOf(other);
    expect(await seqsOf(session)).not.toEqual([]);
    await world.current.db.session.delete({ where: { id: session.id } });
    expect(await seqsOf(session)).toEqual([]);
    expect(await seqsOf(other)).toEqual(kept);
  });
});
