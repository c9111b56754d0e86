import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { SessionEvent } from '@/domain/events/session-event';
import { PartId } from '@/domain/ids';
import { SessionChangedMessage, type SessionRow } from '@/domain/wire/session-row';
import { useDeps } from '@/testing/deps';
import { callAs, delivered, newCommandId, TestSession, type TestBridge } from '@/testing/test-session';

const world = useDeps();

/** A session whose turn runs, with somebody of its team who has a list open, or nobody. */
async function working({ isWatched }: { isWatched: boolean }) {
  const { session, bridge } = await TestSession.ready(world.current);
  const channel = `private-team-${session.teamId}.1`;
  if (isWatched) await callAs(world.current, session.owner).realtime.auth({ socketId: '1.2', channel });
  const turnId = await session.runningTurn();
  const { running } = (await session.now()).state;
  await bridge.say(delivered(running!));
  const told = (event: string): SessionRow[] =>
    world.current.realtime.messages
      .filter((message) => message.channel === channel && message.event === event)
      .flatMap(({ data }) => SessionChangedMessage.parse(JSON.parse(JSON.stringify(data))).row ?? []);
  const use = (tool: string, filePath: string): SessionEvent => ({
    ...{ kind: 'part.started', turnId, partId: PartId.parse(`prt_${randomUUID()}`), parentPartId: null },
    part: { type: 'tool', tool, title: filePath, input: JSON.stringify({ filePath }) },
  });
  return { session, bridge, told, use };
}

const words = (rows: SessionRow[]) => rows.map(({ status }) => status.words);

describe('an open list', () => {
  it('is told the whole row at each change of a session’s state', async () => {
    const { session, told } = await working({ isWatched: true });
    await callAs(world.current, session.owner).sessions.rename({
      ...{ sessionId: session.id, commandId: newCommandId(), title: 'a better name' },
    });
    const rows = told('session-changed');
    expect(words(rows)).toContain('thinking');
    expect(rows.at(-1)).toMatchObject({
      id: session.id,
      title: 'a better name',
      repository: { name: 'acme/web' },
    });
    const numbers = rows.map(({ lastSeq }) => lastSeq);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });

  it('is told what the agent does in passing at most once a second, the last of it always', async () => {
    const { session, bridge, told, use } = await working({ isWatched: true });
    const startedAt = await toldAt(session);
    for (let n = 0; n < 8; n += 1) await bridge.say(use('read', `src/${n}.ts`));
    await bridge.say(use('edit', 'src/theme.ts'));
    await world.current.drain();
    const rows = told('session-doing');
    expect(words(rows).at(-1)).toBe('editing theme.ts');
    const seconds = ((await toldAt(session)) - startedAt) / 1_000;
    expect(rows.length).toBeLessThanOrEqual(Math.floor(seconds) + 1);
  });

  it('that nobody has costs no message for what is done in passing', async () => {
    const { bridge, told, use } = await working({ isWatched: false });
    await bridge.say(use('edit', 'src/theme.ts'));
    await world.current.drain();
    expect(told('session-doing')).toEqual([]);
    expect(told('session-changed').length).toBeGreaterThan(0);
  });

  it('that closes is told no more', async () => {
    const { session, bridge, told, use } = await working({ isWatched: true });
    await session.deps.db.team.update({ where: { id: session.teamId }, data: { watchers: 0 } });
    await pass(bridge);
    await bridge.say(use('edit', 'src/theme.ts'));
    await world.current.drain();
    expect(told('session-doing')).toEqual([]);
  });

  it('that can’t be told does not undo what was committed', async () => {
    const { session, bridge, use } = await working({ isWatched: true });
    world.current.realtime.answer = () => Promise.reject(new Error('no realtime server'));
    await pass(bridge);
    const before = (await session.now()).lastSeq;
    await bridge.say(use('edit', 'src/theme.ts')).catch(() => undefined);
    await world.current.drain();
    expect((await session.now()).lastSeq).toBe(before + 1);
  });
});

async function toldAt({ deps, id }: TestSession): Promise<number> {
  return (await deps.db.session.findUniqueOrThrow({ where: { id } })).toldAt.getTime();
}

/** Lets the second since the last message be over. */
async function pass({ deps, identity }: TestBridge): Promise<void> {
  await deps.db.$executeRaw`
    UPDATE session SET told_at = told_at - interval '2 seconds' WHERE id = ${identity.sessionId}::uuid`;
}
