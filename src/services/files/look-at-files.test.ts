import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ReadAnswer, ReadCommand } from '@/domain/wire/reads';
import { useDeps } from '@/testing/deps';
import { callAs, newCommandId, type TestBridge, TestSession } from '@/testing/test-session';
import { sweep } from '../sandboxes/sweep';
import { takeAnswer } from './take-answer';

const world = useDeps();

const NAMES: ReadAnswer = { type: 'names', paths: ['README.md'], isCut: false };

/** Syncs until it is asked to look at something. */
async function nextLook(bridge: TestBridge): Promise<ReadCommand> {
  for (;;) {
    const { commands } = await bridge.say();
    const command = commands.map((given) => given.command).find(({ type }) => type === 'read');
    if (command?.type === 'read') return command;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Answers the next look, as a bridge does. */
async function answerNext(bridge: TestBridge, answer: ReadAnswer): Promise<ReadCommand> {
  const command = await nextLook(bridge);
  await takeAnswer(bridge.deps, bridge.identity, { requestId: command.requestId, answer });
  await bridge.take();
  return command;
}

const leftovers = async (session: TestSession) => ({
  reads: await world.current.db.sandboxRead.count({ where: { sessionId: session.id } }),
  commands: await world.current.db.sandboxCommand.count({
    where: { sessionId: session.id, command: { path: ['type'], equals: 'read' } },
  }),
});

describe('a look at the files', () => {
  it('goes to the bridge as a command, rings its bell, and comes back as its answer', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    const call = callAs(world.current, session.owner);
    const [entries, command] = await Promise.all([
      call.files.tree({ sessionId: session.id, path: 'src' }),
      answerNext(bridge, { type: 'tree', entries: [], isCut: true }),
    ]);
    expect(entries).toEqual({ type: 'tree', entries: [], isCut: true });
    expect(command).toMatchObject({ what: 'tree', path: 'src', epoch: 1 });
    expect(world.current.realtime.toldOn(`private-sandbox-${session.id}.1`)).toContain('doorbell');
  });

  it('of several people at once is answered each', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    const call = callAs(world.current, session.owner);
    const read = (path: string) => call.files.read({ sessionId: session.id, path });
    const answers = (async () => {
      for (let n = 0; n < 4; n += 1) {
        const command = await nextLook(bridge);
        const content = Buffer.from(command.path).toString('base64');
        const answer = { type: 'file', sizeBytes: 1, content, isBinary: false, picture: null } as const;
        await takeAnswer(bridge.deps, bridge.identity, { requestId: command.requestId, answer });
        bridge.acked = bridge.commands.find(({ command: given }) => given === command)?.n ?? bridge.acked;
      }
    })();
    const contents = await Promise.all(['a', 'b', 'c', 'd'].map(read));
    await answers;
    const read64 = contents.map(({ content }) => Buffer.from(content ?? '', 'base64').toString());
    expect(read64).toEqual(['a', 'b', 'c', 'd']);
  });

  it('leaves nothing behind but the newest command, which numbers are counted from', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    const call = callAs(world.current, session.owner);
    for (let n = 0; n < 3; n += 1) {
      await Promise.all([call.files.names({ sessionId: session.id }), answerNext(bridge, NAMES)]);
    }
    expect(await leftovers(session)).toEqual({ reads: 0, commands: 1 });
    const { turnId } = (await session.now()).state.running!;
    await call.turns.stop({ sessionId: session.id, commandId: newCommandId(), turnId });
    const taken = bridge.acked;
    expect((await bridge.say()).commands.filter(({ n }) => n > taken)).toMatchObject([
      { command: { type: 'stop' } },
    ]);
  });

  it('without a sandbox says so at once', async () => {
    const session = await TestSession.create(world.current);
    const looking = callAs(world.current, session.owner).files.tree({ sessionId: session.id, path: '' });
    await expect(looking).rejects.toMatchObject({ cause: { code: 'sandbox_unavailable' } });
    expect(await leftovers(session)).toEqual({ reads: 0, commands: 0 });
  });

  it.each(['../x', '/etc/passwd', 'a/../../x', '.git/config', 'src/.GIT/x', 'a//b', './a', 'a\0b'])(
    'at %j is refused before anybody is asked',
    async (path) => {
      const { session } = await TestSession.ready(world.current);
      const looking = callAs(world.current, session.owner).files.read({ sessionId: session.id, path });
      await expect(looking).rejects.toMatchObject({ code: 'BAD_REQUEST' });
      expect(await leftovers(session)).toEqual({ reads: 0, commands: 0 });
    },
  );

  it.each([
    ['not_found', 'not_found'],
    ['outside', 'forbidden'],
    ['wrong_kind', 'bad_input'],
    ['not_ready', 'sandbox_unavailable'],
  ] as const)('that the bridge refuses as %s is an error with its words', async (code, expected) => {
    const { session, bridge } = await TestSession.ready(world.current);
    const looking = callAs(world.current, session.owner).files.read({ sessionId: session.id, path: 'a' });
    const refused: ReadAnswer = { type: 'refused', code, message: 'In words.' };
    const [result] = await Promise.allSettled([looking, answerNext(bridge, refused)]);
    expect(result).toMatchObject({ reason: { message: 'In words.', cause: { code: expected } } });
    expect((await leftovers(session)).reads).toBe(0);
  });

  it('that a bridge does not answer ends with a clear error, and is not handed out later', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    const looking = callAs(world.current, session.owner).files.names({ sessionId: session.id });
    await expect(looking).rejects.toMatchObject({
      message: expect.stringContaining('did not answer within 10 seconds') as string,
      cause: { code: 'sandbox_unavailable' },
    });
    const { commands } = await bridge.say();
    expect(commands.map(({ command }) => command.type)).toEqual(['prompt']);
    expect((await leftovers(session)).reads).toBe(0);
  });

  it('is answered only by the life that was asked, once, and only while somebody waits', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    const looking = callAs(world.current, session.owner).files.names({ sessionId: session.id });
    const { requestId } = await nextLook(bridge);
    const { session: other } = await TestSession.ready(world.current);
    const report = { requestId, answer: { ...NAMES, paths: ['forged'] } };
    expect(await takeAnswer(world.current, other.bridge().identity, report)).toEqual({ isWanted: false });
    const good = { requestId, answer: NAMES };
    expect(await takeAnswer(world.current, bridge.identity, good)).toEqual({ isWanted: true });
    expect(await takeAnswer(world.current, bridge.identity, report)).toEqual({ isWanted: false });
    expect(await looking).toEqual(NAMES);
    expect(await takeAnswer(world.current, bridge.identity, good)).toEqual({ isWanted: false });
  });

  it('never comes between a prompt and its bridge', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    const call = callAs(world.current, session.owner);
    const looks = Array.from({ length: 30 }, () => call.files.names({ sessionId: session.id }));
    const results = Promise.allSettled(looks);
    await nextLook(bridge);
    const { turnId } = (await session.now()).state.running!;
    await call.turns.stop({ sessionId: session.id, commandId: newCommandId(), turnId });
    const { commands } = await bridge.say();
    expect(commands.map(({ command }) => command.type)).toContain('stop');
    for (const { command } of commands) {
      if (command.type !== 'read') continue;
      await takeAnswer(world.current, bridge.identity, { requestId: command.requestId, answer: NAMES });
    }
    await results;
  });

  it('whose process died is cleared away by the sweep', async () => {
    const { session } = await TestSession.ready(world.current);
    const { db } = world.current;
    await db.sandboxRead.create({ data: { id: randomUUID(), sessionId: session.id, epoch: 1 } });
    await sweep(world.current);
    expect((await leftovers(session)).reads).toBe(1);
    await db.$executeRaw`UPDATE sandbox_read SET created_at = created_at - interval '2 minutes'`;
    await sweep(world.current);
    expect((await leftovers(session)).reads).toBe(0);
  });
});
