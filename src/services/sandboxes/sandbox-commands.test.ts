import { describe, expect, it } from 'vitest';
import { useDeps } from '@/testing/deps';
import {
  callAs,
  delivered,
  finished,
  newCommandId,
  newPromptId,
  phase,
  TestSession,
} from '@/testing/test-session';
import { waitForCommands } from './wait-for-commands';

const world = useDeps();

async function stop(session: TestSession, turnId = session.runningTurn()): Promise<void> {
  await callAs(world.current, session.owner).turns.stop({
    sessionId: session.id,
    commandId: newCommandId(),
    turnId: await turnId,
  });
}

const kinds = (answer: { commands: { command: { type: string } }[] }) =>
  answer.commands.map(({ command }) => command.type);

describe('a command for the bridge', () => {
  it('is in every answer until it is acknowledged, with the same ids', async () => {
    const { bridge } = await TestSession.ready(world.current);
    const first = await bridge.say();
    expect(kinds(first)).toEqual(['prompt']);
    expect((await bridge.say()).commands).toEqual(first.commands);
    expect(kinds(await bridge.take())).toEqual([]);
    expect(kinds(await bridge.say())).toEqual([]);
  });

  it('names the author of the commits', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    const { name, email } = session.owner.person;
    expect(bridge.commands).toMatchObject([{ command: { text: 'one', author: { name, email } } }]);
  });

  it('is wanted no more when its turn has ended', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    const turn = (await session.now()).state.running!;
    await bridge.say(delivered(turn));
    await stop(session);
    expect(kinds(await bridge.say(finished(turn, 'stopped')))).toEqual([]);
  });

  it('rings the bell', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    await bridge.say(delivered((await session.now()).state.running!));
    await stop(session);
    expect(world.current.realtime.toldOn(`private-sandbox-${session.id}.1`)).toEqual(['doorbell']);
  });
});

describe('what rides along with the ring', () => {
  const steer = async (session: TestSession, text: string): Promise<unknown> => {
    const given = { sessionId: session.id, commandId: newCommandId(), promptId: newPromptId(), text };
    await callAs(world.current, session.owner).prompts.steer({
      ...given,
      turnId: await session.runningTurn(),
    });
    return world.current.realtime.messages.findLast(({ event }) => event === 'doorbell')?.data;
  };
  const working = async (): ReturnType<typeof TestSession.ready> => {
    const ready = await TestSession.ready(world.current);
    await ready.bridge.take();
    await ready.bridge.say(delivered((await ready.session.now()).state.running!));
    return ready;
  };

  it('is the very command that every answer has until it is acknowledged', async () => {
    const { session, bridge } = await working();
    const ring = await steer(session, 'use tabs');
    const { commands } = await bridge.say();
    expect(commands).toHaveLength(1);
    expect(ring).toEqual({ commands });
  });

  it('is nothing when it does not fit into a message', async () => {
    const { session, bridge } = await working();
    expect(await steer(session, 'long '.repeat(3_000))).toEqual({ commands: [] });
    expect(kinds(await bridge.say())).toEqual(['steer']);
  });
});

describe('a stop', () => {
  it('of a turn that the agent has reaches the bridge, which ends the turn', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    const turn = (await session.now()).state.running!;
    await bridge.take();
    await bridge.say(delivered(turn));
    await stop(session);
    const answer = await bridge.say();
    expect(answer.commands).toMatchObject([{ command: { type: 'stop', turnId: turn.turnId } }]);
    expect(await session.promptStatus(turn.promptId)).toBe('running');
    await bridge.say(finished(turn, 'stopped'));
    expect(await session.promptStatus(turn.promptId)).toBe('stopped');
  });

  it('before an agent is there ends the turn at once, and the next prompt starts', async () => {
    const session = await TestSession.create(world.current);
    const first = await session.send('one');
    const second = await session.send('two');
    await stop(session);
    expect(await session.promptStatus(first)).toBe('stopped');
    expect(await session.promptStatus(second)).toBe('running');
  });

  it('before an agent is there also reaches a bridge that took the prompt while it was booting', async () => {
    const session = await TestSession.create(world.current);
    await session.send('one');
    await world.current.drain();
    const bridge = session.bridge();
    await bridge.say(phase(1, 'cloning'));
    await bridge.take();
    const turnId = await session.runningTurn();
    await stop(session);
    const answer = await bridge.say(phase(1, 'ready'));
    expect(answer.commands).toMatchObject([{ command: { type: 'stop', turnId } }]);
  });

  it('names its turn: one that comes late never ends the next', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    const turn = (await session.now()).state.running!;
    await session.send('two');
    await bridge.say(delivered(turn), finished(turn));
    await expect(stop(session, Promise.resolve(turn.turnId))).rejects.toMatchObject({
      cause: { code: 'conflict', details: { refusal: 'turn_not_running' } },
    });
    expect((await session.now()).state.running).toMatchObject({ isStopRequested: false });
  });
});

describe('the long poll', () => {
  it('answers at once when something is there, and marks what was taken', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    const identity = { sessionId: session.id, epoch: 1 };
    const answer = await waitForCommands(world.current, identity, { acked: 0, waitSeconds: 25 });
    expect(answer).toMatchObject({ ack: 1, epoch: 1, commands: [{ command: { type: 'prompt' } }] });
    const { n } = answer.commands[0]!;
    await waitForCommands(world.current, identity, { acked: n, waitSeconds: 0 });
    expect(kinds(await bridge.say())).toEqual([]);
  });

  it('answers as soon as something comes', async () => {
    const session = (await TestSession.ready(world.current)).session;
    const identity = { sessionId: session.id, epoch: 1 };
    const [taken] = (await waitForCommands(world.current, identity, { acked: 0, waitSeconds: 0 })).commands;
    const waiting = waitForCommands(world.current, identity, { acked: taken!.n, waitSeconds: 25 });
    await stop(session);
    expect(kinds(await waiting)).toEqual(['stop']);
  });

  it('tells a bridge of an older epoch, or of an archived session, that it is over', async () => {
    const { session } = await TestSession.ready(world.current);
    const poll = (epoch: number) =>
      waitForCommands(world.current, { sessionId: session.id, epoch }, { acked: 0, waitSeconds: 1 });
    await expect(poll(2)).rejects.toMatchObject({ code: 'epoch_over' });
    await callAs(world.current, session.owner).sessions.archive({
      sessionId: session.id,
      commandId: newCommandId(),
    });
    await expect(poll(1)).rejects.toMatchObject({ code: 'epoch_over' });
  });
});
