import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { useDeps } from '@/testing/deps';
import { callAs, newCommandId, newPromptId, TestSession } from '@/testing/test-session';
import { storeRefusal } from './receipts';
import { exchangeCommands } from './sandbox-commands';
import { hearSync } from './sessions';

const world = useDeps();

/** Resolves once some connection of this database waits for a lock. */
async function untilBlocked(): Promise<void> {
  for (;;) {
    const [row] = await world.current.db.$queryRaw<{ blocked: number }[]>`
      SELECT count(*)::int AS blocked FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    if ((row?.blocked ?? 0) > 0) return;
  }
}

describe('an acknowledgement that meets the start of the next life', () => {
  it('takes nothing away from that life', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    const { n } = bridge.commands[0]!;
    const crossing: Promise<unknown>[] = [];
    await world.current.db.$transaction(async (transaction) => {
      await transaction.session.update({ where: { id: session.id }, data: { epoch: 2 } });
      crossing.push(exchangeCommands(world.current.db, session.id, { epoch: 1, acked: n }));
      await untilBlocked();
    });
    await Promise.all(crossing);
    const next = await exchangeCommands(world.current.db, session.id, { epoch: 2, acked: 0 });
    expect(next.map((command) => command.n)).toEqual([n]);
  });
});

describe('a sync with nothing to store that meets the start of the next life', () => {
  it('is not heard, and takes nothing away from that life', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    const { n } = bridge.commands[0]!;
    const { bootId } = await session.now();
    const crossing: Promise<unknown>[] = [];
    await world.current.db.$transaction(async (transaction) => {
      await transaction.session.update({ where: { id: session.id }, data: { epoch: 2 } });
      crossing.push(hearSync(world.current.db, session.id, { epoch: 1, bootId: bootId!, acked: n }));
      await untilBlocked();
    });
    expect(await Promise.all(crossing)).toEqual([null]);
    const next = await exchangeCommands(world.current.db, session.id, { epoch: 2, acked: 0 });
    expect(next.map((command) => command.n)).toEqual([n]);
  });
});

describe('words that meet another command for the bridge', () => {
  it('are handed over once, after it', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    const turnId = await session.runningTurn();
    await bridge.sync({});
    const before = bridge.commands.at(-1)!.n;
    const crossing: Promise<unknown>[] = [];
    await world.current.db.$transaction(async (transaction) => {
      await transaction.$queryRaw`SELECT id FROM session WHERE id = ${session.id}::uuid FOR UPDATE`;
      const command = { type: 'stop', turnId: randomUUID() };
      const said = { promptId: newPromptId(), text: 'use tabs', attachments: [] };
      crossing.push(
        callAs(world.current, session.owner).prompts.steer({
          ...{ sessionId: session.id, turnId, commandId: newCommandId(), ...said },
        }),
      );
      await untilBlocked();
      const row = { sessionId: session.id, n: before + 1, command };
      await transaction.sandboxCommand.create({ data: row });
    });
    await Promise.all(crossing);
    const open = await exchangeCommands(world.current.db, session.id, { epoch: 1, acked: before });
    expect(open.map(({ n, command }) => [n, command.type])).toEqual([
      [before + 1, 'stop'],
      [before + 2, 'steer'],
    ]);
    const log = await world.current.db.event.findMany({
      where: { sessionId: session.id, kind: 'steer.sent' },
    });
    expect(log).toHaveLength(1);
  });
});

describe('a refusal that comes after the same command was taken', () => {
  it('gives way to the first answer', async () => {
    const session = await TestSession.create(world.current);
    const key = { sessionId: session.id, actor: 'user:ada', commandId: newCommandId() };
    const refused = { ok: false, refusal: { code: 'duplicate_prompt', message: 'Sent already.' } } as const;
    await world.current.db.commandReceipt.create({ data: { ...key, answer: { ok: true, seq: 7 } } });
    expect(await storeRefusal(world.current.db, key, refused)).toEqual({ ok: true, seq: 7 });
    const another = { ...key, commandId: randomUUID() };
    expect(await storeRefusal(world.current.db, another, refused)).toEqual(refused);
  });
});
