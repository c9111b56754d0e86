import { randomUUID } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { TurnId } from '@/domain/ids';
import { sessionChannel } from '@/domain/wire/realtime';
import { useDeps } from '@/testing/deps';
import { callAs, delivered, finished, newCommandId, phase, TestSession } from '@/testing/test-session';
import { checkSandbox } from './check-sandbox';
import { RememberedSessions } from './remembered-sessions';

const world = useDeps();

const log = (text: string) => ({ kind: 'setup.log', epoch: 1, text });

/** What the log holds after the first `known` events, in one word each. */
async function newsOf(session: TestSession, known: number): Promise<string[]> {
  return (await session.story()).slice(known);
}

async function readySession() {
  const { session, bridge } = await TestSession.ready(world.current);
  const { running, ...state } = (await session.now()).state;
  return { session, bridge, turn: running!, state, known: (await session.story()).length };
}

describe('numbered reports', () => {
  it('are stored once when the same batch comes again', async () => {
    const { session, bridge, known } = await readySession();
    const batch = { first: 2, events: [log('a'), log('b')] };
    expect(await bridge.sync(batch)).toMatchObject({ ack: 3 });
    expect(await bridge.sync(batch)).toMatchObject({ ack: 3 });
    expect(await newsOf(session, known)).toEqual(['setup.log', 'setup.log']);
  });

  it('are stored once when the same batch comes twice at the same moment', async () => {
    const { session, bridge, known } = await readySession();
    const batch = { first: 2, events: [log('a'), log('b'), log('c')] };
    const answers = await Promise.all([1, 2, 3, 4].map(() => bridge.sync(batch)));
    expect(answers.map(({ ack }) => ack)).toEqual([4, 4, 4, 4]);
    expect(await newsOf(session, known)).toHaveLength(3);
  });

  it('go on where an overlapping batch is new', async () => {
    const { session, bridge, known } = await readySession();
    await bridge.sync({ first: 2, events: [log('a'), log('b')] });
    expect(await bridge.sync({ first: 2, events: [log('a'), log('b'), log('c')] })).toMatchObject({ ack: 4 });
    const texts = (await session.events())
      .slice(known)
      .map((event) => event.kind === 'setup.log' && event.text);
    expect(texts).toEqual(['a', 'b', 'c']);
  });

  it('are not stored beyond a gap, and the answer says where to go on', async () => {
    const { session, bridge, known } = await readySession();
    expect(await bridge.sync({ first: 5, events: [log('later')] })).toMatchObject({ ack: 1 });
    expect(await newsOf(session, known)).toEqual([]);
  });

  it('do not disturb people who give commands at the same time', async () => {
    const { session, bridge, known } = await readySession();
    await Promise.all([
      ...Array.from({ length: 8 }, (_, n) => session.send(`prompt ${n}`)),
      (async () => {
        for (let n = 0; n < 10; n += 1) await bridge.say(log(String(n)));
      })(),
    ]);
    const news = await newsOf(session, known);
    expect(news.filter((kind) => kind === 'setup.log')).toHaveLength(10);
    expect(news.filter((kind) => kind === 'prompt.queued')).toHaveLength(8);
  });
});

describe('a bridge that may not report', () => {
  it('of another epoch learns that it is over', async () => {
    const { session, known } = await readySession();
    const zombie = session.bridge(0);
    await expect(zombie.say(log('x'))).rejects.toMatchObject({ code: 'epoch_over' });
    await expect(session.bridge(2).say(log('x'))).rejects.toMatchObject({ code: 'epoch_over' });
    expect(await newsOf(session, known)).toEqual([]);
  });

  it('that says another epoch than its token’s is refused', async () => {
    const { bridge } = await readySession();
    await expect(bridge.sync({ epoch: 2 })).rejects.toMatchObject({ code: 'epoch_over' });
  });

  it('that lost its outbox and counts from 1 again is refused, in an empty sync too', async () => {
    const { session } = await readySession();
    const second = session.bridge();
    await expect(second.say(log('x'))).rejects.toMatchObject({ code: 'epoch_over' });
    await expect(second.say()).rejects.toMatchObject({ code: 'epoch_over' });
  });

  it('of an archived session is refused', async () => {
    const { session, bridge } = await readySession();
    const archive = { sessionId: session.id, commandId: newCommandId() };
    await callAs(world.current, session.owner).sessions.archive(archive);
    await expect(bridge.say(log('x'))).rejects.toMatchObject({ code: 'epoch_over' });
  });
});

describe('a process that remembers the session', () => {
  /** The same deployment in a process that knows nothing yet. */
  const elsewhere = () => ({ ...world.current, remembered: new RememberedSessions() });

  it('takes what follows in without reading it again', async () => {
    const { session, bridge } = await readySession();
    await bridge.say(log('a'));
    const reads = vi.spyOn(world.current.db, '$queryRaw');
    try {
      await bridge.say(log('b'));
      expect(reads).toHaveBeenCalledTimes(1);
    } finally {
      reads.mockRestore();
    }
    expect(await newsOf(session, 0)).toContain('setup.log');
  });

  it('loses and doubles nothing when reports go to two of them in turn', async () => {
    const { session, bridge, known } = await readySession();
    const others = [world.current, elsewhere(), elsewhere()];
    for (let n = 0; n < 9; n += 1) {
      const next = session.bridge();
      Object.assign(next, { deps: others[n % 3], bootId: bridge.bootId, sent: bridge.sent });
      await next.say(log(String(n)));
      bridge.sent = next.sent;
    }
    const texts = (await session.events()).slice(known).map((event) => 'text' in event && event.text);
    expect(texts).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8']);
  });

  it('does not take in what came for a session that was archived elsewhere', async () => {
    const { session, bridge, known } = await readySession();
    await bridge.say(log('a'));
    const archive = { sessionId: session.id, commandId: newCommandId() };
    await callAs(elsewhere(), session.owner).sessions.archive(archive);
    const before = await newsOf(session, known);
    await expect(bridge.say(log('b'))).rejects.toMatchObject({ code: 'epoch_over' });
    expect(await newsOf(session, known)).toEqual(before);
  });

  it('tells how many watch now, and those who watch now', async () => {
    const { session, bridge } = await readySession();
    await bridge.say(log('a'));
    await world.current.db.session.update({
      where: { id: session.id },
      data: { watchers: 7, accessVersion: { increment: 1 } },
    });
    const { accessVersion } = await session.now();
    world.current.realtime.messages.length = 0;
    expect(await bridge.say(log('b'))).toMatchObject({ watchers: 7 });
    const channels = world.current.realtime.messages.map(({ channel }) => channel);
    expect(channels).toEqual([sessionChannel(session.id, accessVersion)]);
  });
});

describe('the end of a turn', () => {
  it('starts the next prompt in the same write, and its command is in the same answer', async () => {
    const { session, bridge, turn, known } = await readySession();
    await session.send('two');
    await bridge.take();
    const answer = await bridge.say(delivered(turn), finished(turn));
    expect(await newsOf(session, known + 1)).toEqual(['prompt.delivered', 'completed', 'prompt.started']);
    expect(answer.commands).toMatchObject([{ command: { type: 'prompt', text: 'two', attempt: 1 } }]);
    expect(answer.commands).toHaveLength(1);
  });

  it('that comes late, after the server ended the turn, changes nothing', async () => {
    const { session, bridge, turn } = await readySession();
    await session.send('two');
    await bridge.say(delivered(turn));
    const { running } = (await session.now()).state;
    await session.pass(3_601);
    await bridge.sync({});
    await checkSandbox(world.current, session.id);
    expect((await session.now()).state.running?.promptId).not.toBe(running?.promptId);
    const known = (await session.story()).length;
    await bridge.say(finished(turn));
    expect(await newsOf(session, known)).toEqual([]);
    expect(await session.promptStatus(turn.promptId)).toBe('failed');
  });

  it('that the bridge reports of another turn of the same prompt changes nothing', async () => {
    const { session, bridge, turn, known } = await readySession();
    const another = { ...turn, turnId: TurnId.parse(randomUUID()) };
    await bridge.say(delivered(another), finished(another));
    expect(await newsOf(session, known)).toEqual([]);
  });
});

describe('a start that fails', () => {
  async function booting() {
    const session = await TestSession.create(world.current);
    const promptId = await session.send('one');
    await world.current.drain();
    return { session, promptId };
  }

  it.each(['repository_not_found', 'repository_forbidden', 'repository_empty', 'branch_missing'])(
    'for good (%s) fails what waits for it, with the reason',
    async (code) => {
      const { session, promptId } = await booting();
      const second = await session.send('two');
      await session.bridge().say(phase(1, 'cloning'), phase(1, 'failed', code));
      await world.current.drain();
      expect(await session.promptStatus(promptId)).toBe('failed');
      expect(await session.promptStatus(second)).toBe('failed');
      const ends = (await session.events()).filter((event) => event.kind === 'prompt.finished');
      expect(ends.map(({ reason }) => reason?.code)).toEqual([code, code]);
      expect(world.current.sandboxes.all).toHaveLength(1);
      expect(world.current.sandboxes.running).toEqual([]);
    },
  );

  it('for another reason is tried three times, each in a new life, and no life is left behind', async () => {
    const { session, promptId } = await booting();
    for (const epoch of [1, 2, 3]) {
      await session.bridge(epoch).say(phase(epoch, 'failed', 'clone_failed'));
      await world.current.drain();
    }
    expect((await session.story()).filter((word) => word.startsWith('requested'))).toHaveLength(3);
    expect(await session.promptStatus(promptId)).toBe('failed');
    expect(world.current.sandboxes.all).toHaveLength(3);
    expect(world.current.sandboxes.running).toEqual([]);
  });

  it('hands nothing more to the life that failed', async () => {
    const { session } = await booting();
    const { commands } = await session.bridge().say(phase(1, 'failed', 'agent_failed'));
    expect(commands).toEqual([]);
  });

  it('hands the prompt that the failed life had taken to the next one', async () => {
    const { session, promptId } = await booting();
    const first = session.bridge();
    await first.say(phase(1, 'cloning'));
    expect(first.commands).toHaveLength(1);
    first.acked = first.commands[0]!.n;
    const answer = await first.say(phase(1, 'failed', 'agent_failed'));
    expect(answer.commands).toEqual([]);
    await world.current.drain();
    const { commands } = await session.bridge(2).say(phase(2, 'ready'));
    expect(commands).toMatchObject([{ command: { type: 'prompt', promptId } }]);
  });
});
