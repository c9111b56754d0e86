import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SYSTEM } from '@/domain/events/actor';
import type { Command } from '@/domain/session/commands';
import { useDeps } from '@/testing/deps';
import { callAs, newCommandId, newPerson, newPromptId, TestSession } from '@/testing/test-session';
import { actorOf } from '../caller';
import { runCommand } from './run-command';

const world = useDeps();

function commandOf(session: TestSession, command: Command, commandId = newCommandId()) {
  return { sessionId: session.id, commandId, actor: actorOf(session.owner), command };
}

const send = (text = 'go', promptId = newPromptId()): Command => ({ type: 'send', promptId, text });
const title = (text: string): Command => ({ type: 'title', title: text });

describe('two who decide at once', () => {
  it('start one turn; the other’s prompt waits', async () => {
    const session = await TestSession.create(world.current);
    const answers = await Promise.all([
      runCommand(world.current, commandOf(session, send('one'))),
      runCommand(world.current, commandOf(session, send('two'))),
    ]);
    expect(answers.map(({ ok }) => ok)).toEqual([true, true]);
    const story = await session.story();
    expect(story.filter((kind) => kind === 'prompt.queued')).toHaveLength(2);
    expect(story.filter((kind) => kind === 'prompt.started')).toHaveLength(1);
    expect((await session.now()).state).toMatchObject({ queue: [{}], running: { attempt: 1 } });
  });

  it('all get through, as many as there are', async () => {
    const session = await TestSession.create(world.current);
    await Promise.all(Array.from({ length: 15 }, (_, n) => session.send(`prompt ${n}`)));
    expect((await session.now()).state.queue).toHaveLength(14);
  });

  it('request one sandbox', async () => {
    const session = await TestSession.create(world.current);
    await Promise.all([session.send('one'), session.send('two'), session.send('three')]);
    await world.current.drain();
    expect(world.current.sandboxes.running).toHaveLength(1);
    expect((await session.story()).filter((kind) => kind.startsWith('requested'))).toEqual(['requested 1']);
  });
});

describe('the same command again', () => {
  it('gets the first answer, and happened once', async () => {
    const session = await TestSession.create(world.current);
    const command = commandOf(session, title('one name'));
    const first = await runCommand(world.current, command);
    await runCommand(world.current, commandOf(session, title('another')));
    expect(await runCommand(world.current, command)).toEqual(first);
    expect((await session.story()).filter((kind) => kind === 'session.titled')).toHaveLength(2);
    expect((await session.now()).title).toBe('another');
  });

  it.each([1, 2, 3, 4, 5])('gets it at the same moment too (round %i)', async () => {
    const session = await TestSession.create(world.current);
    const command = commandOf(session, send());
    const answers = await Promise.all(Array.from({ length: 8 }, () => runCommand(world.current, command)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toHaveProperty('size', 1);
    expect(answers[0]).toMatchObject({ ok: true });
    expect((await session.story()).filter((kind) => kind === 'prompt.queued')).toHaveLength(1);
  });

  it('is refused again as it was, even when it would be taken now', async () => {
    const session = await TestSession.create(world.current);
    const promptId = await session.send('one');
    const turnId = await session.runningTurn();
    const retry = commandOf(session, { type: 'retry', promptId });
    const refused = await runCommand(world.current, retry);
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'prompt_not_retryable' } });
    await runCommand(world.current, commandOf(session, { type: 'stop', turnId }));
    expect(await runCommand(world.current, retry)).toEqual(refused);
    const anew = await runCommand(world.current, commandOf(session, { type: 'retry', promptId }));
    expect(anew).toMatchObject({ ok: true });
  });

  it('is another’s own when another person uses the same id', async () => {
    const session = await TestSession.create(world.current);
    const other = await newPerson(world.current, { name: 'Ben' });
    const command = commandOf(session, title('by Ada'));
    await runCommand(world.current, command);
    await runCommand(world.current, {
      ...command,
      actor: actorOf(other),
      command: { type: 'title', title: 'by Ben' },
    });
    expect((await session.now()).title).toBe('by Ben');
  });
});

describe('an id that is taken', () => {
  it('is refused in words that help, and nothing is written: a prompt that ended', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    const { running } = (await session.now()).state;
    const { promptId, turnId } = running!;
    await bridge.say({ kind: 'prompt.finished', promptId, turnId, outcome: 'completed', reason: null });
    const before = await session.now();
    await expect(session.send('again', promptId)).rejects.toThrow(/in use already/);
    expect(await session.now()).toEqual(before);
  });

  it('is refused too when another session has it', async () => {
    const one = await TestSession.create(world.current);
    const other = await TestSession.create(world.current);
    const promptId = await one.send('mine');
    await expect(other.send('mine as well', promptId)).rejects.toThrow(/in use already/);
    expect((await other.now()).state.queue).toEqual([]);
    expect(await other.story()).toEqual(['session.created']);
  });
});

describe('what the server itself learned', () => {
  it('has no command id, and may be told twice without harm', async () => {
    const { session } = await TestSession.ready(world.current);
    const reason = { code: 'sandbox_lost', message: 'Gone.' };
    const lost = {
      sessionId: session.id,
      actor: SYSTEM,
      command: { type: 'sandbox-lost', epoch: 1, reason },
    } as const;
    const answers = await Promise.all([runCommand(world.current, lost), runCommand(world.current, lost)]);
    expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true]);
    expect((await session.now()).epoch).toBe(2);
  });
});

describe('a person whose name is longer than the log takes', () => {
  it('can still be read in it', async () => {
    const session = await TestSession.create(world.current);
    const name = '𝔸'.repeat(150);
    session.owner.person.name = name;
    await session.send('hello');
    const { events } = await callAs(world.current, session.owner).events.after({
      sessionId: session.id,
      after: 1,
    });
    expect(events[0]?.actor).toMatchObject({ type: 'user', name: '𝔸'.repeat(100) });
  });
});

describe('a session that is not there', () => {
  it('answers not_found', async () => {
    const session = await TestSession.create(world.current);
    const command = { ...commandOf(session, send()), sessionId: newPromptIdAsSession() };
    await expect(runCommand(world.current, command)).rejects.toMatchObject({ code: 'not_found' });
  });
});

function newPromptIdAsSession(): TestSession['id'] {
  // Any UUID that no session has.
  return randomUUID() as TestSession['id'];
}
