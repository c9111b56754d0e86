import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { useDeps } from '@/testing/deps';
import {
  callAs,
  delivered,
  finished,
  newCommandId,
  newPerson,
  newPromptId,
  TestSession,
} from '@/testing/test-session';
import { verifySession } from './verify-session';

const world = useDeps();

/** A session with all that makes rows: prompts that ended, wait, were edited and withdrawn, and words to a turn. */
async function lived(): Promise<TestSession> {
  const { session, bridge } = await TestSession.ready(world.current);
  const caller = callAs(world.current, session.owner);
  const { running } = (await session.now()).state;
  const given = () => ({ sessionId: session.id, commandId: newCommandId() });
  const [edited, withdrawn] = [await session.send('two'), await session.send('three')];
  await bridge.say(delivered(running!));
  const said = { ...given(), promptId: newPromptId(), turnId: running!.turnId, text: 'use tabs' };
  await caller.prompts.steer(said);
  await caller.prompts.edit({ ...given(), promptId: edited, text: 'two, better' });
  await caller.prompts.withdraw({ ...given(), promptId: withdrawn });
  await bridge.say(finished(running!, 'failed'));
  await caller.prompts.retry({ ...given(), promptId: running!.promptId });
  await caller.sessions.rename({ ...given(), title: 'Another name' });
  return session;
}

const check = (session: TestSession) => verifySession(world.current, session.owner, session.id);

describe('verifying a session', () => {
  it('finds nothing in one that is as its log says', async () => {
    const session = await lived();
    const { head, events, prompts, differences } = await check(session);
    expect(differences).toEqual([]);
    expect([events, prompts]).toEqual([head, 4]);
  });

  it.each([
    ['a state that was changed', 'state is not the one', (id: string) => setState(id)],
    ['a prompt that is said to have run', 'is stored otherwise', (id: string) => setStatus(id)],
    ['a prompt that nobody asked', 'no event tells of it', (id: string) => addPrompt(id)],
    ['an event that is gone', 'where 5 is expected', (id: string) => removeEvent(id)],
    ['a head that is too high', 'and the session says', (id: string) => raiseHead(id)],
    ['another title', 'title is not the newest', (id: string) => setTitle(id)],
    ['a cost that nobody had', 'lists show', (id: string) => addCost(id)],
  ])('finds %s', async (...[, words, breakIt]) => {
    const session = await lived();
    await breakIt(session.id);
    expect((await check(session)).differences.join(' ')).toContain(words);
  });

  it('is for who may see it', async () => {
    const session = await lived();
    const eve = await newPerson(world.current, { name: 'Eve' });
    await expect(verifySession(world.current, eve, session.id)).rejects.toThrow('There is no session');
  });
});

const db = () => world.current.db;
const setTitle = (id: string) => db().session.update({ where: { id }, data: { title: 'x' } });
const addCost = (id: string) => db().session.update({ where: { id }, data: { costUsd: { increment: 1 } } });
const raiseHead = (id: string) => db().session.update({ where: { id }, data: { lastSeq: { increment: 3 } } });
const removeEvent = (sessionId: string) => db().event.deleteMany({ where: { sessionId, seq: 5 } });
const setStatus = (sessionId: string) =>
  db().prompt.updateMany({ where: { sessionId, status: 'withdrawn' }, data: { status: 'completed' } });
const setState = (id: string) =>
  db()
    .$executeRaw`UPDATE session SET state = jsonb_set(state, '{isArchived}', 'true') WHERE id = ${id}::uuid`;
const addPrompt = (sessionId: string) =>
  db().prompt.create({ data: { id: randomUUID(), sessionId, text: 'x', status: 'waiting' } });
