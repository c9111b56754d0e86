import { describe, expect, it } from 'vitest';
import type { EventOf, FileChange } from '@/domain/events/session-event';
import { BlobKey, type PromptId, TurnId } from '@/domain/ids';
import { useDeps } from '@/testing/deps';
import { callAs, delivered, finished, newPerson, TestSession, type TestBridge } from '@/testing/test-session';
import { randomUUID } from 'node:crypto';

const world = useDeps();

const file = (path: string): FileChange => ({
  ...{ path, status: 'modified', additions: 2, deletions: 1, binary: false },
});

/** Ends the running turn with this change. */
async function endTurn(
  session: TestSession,
  bridge: TestBridge,
  change: Partial<EventOf<'diff.changed'>> = {},
): Promise<{ promptId: PromptId; turnId: TurnId }> {
  const turn = (await session.now()).state.running!;
  const blob = (name: string) => ({ key: BlobKey.parse(`${session.id}/patch/${name}`), sizeBytes: 3 });
  await bridge.say(
    delivered(turn),
    {
      ...{ kind: 'diff.changed', turnId: turn.turnId, baseSha: 'base', headSha: turn.turnId },
      ...{ files: [file('a'), file('b')], patch: blob(`whole-${turn.turnId}`), bundle: blob('bundle') },
      ...{ turnPatch: blob(`turn-${turn.turnId}`), turnFiles: [file('b')], ...change },
    },
    finished(turn),
  );
  return { promptId: turn.promptId, turnId: turn.turnId };
}

const diffOf = (session: TestSession) => {
  const { diff } = callAs(world.current, session.owner);
  return {
    get: (turnId: TurnId | null) => diff.get({ sessionId: session.id, turnId }),
    turns: () => diff.turns({ sessionId: session.id }),
  };
};

describe('a session’s change', () => {
  it('is empty before the first turn that changes something', async () => {
    const { session } = await TestSession.ready(world.current);
    expect(await diffOf(session).get(null)).toMatchObject({ files: [], patchUrl: null, headSha: null });
    expect(await diffOf(session).turns()).toEqual([]);
  });

  it('is the newest whole, and each turn’s own part when that is asked for', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    const first = await endTurn(session, bridge);
    await session.send('two');
    const second = await endTurn(session, bridge);
    const { get } = diffOf(session);
    const whole = await get(null);
    expect(whole.headSha).toBe(second.turnId);
    expect(whole.files.map(({ path }) => path)).toEqual(['a', 'b']);
    expect(whole.patchUrl).toContain(`/patch/whole-${second.turnId}?`);
    const part = await get(first.turnId);
    expect(part.files.map(({ path }) => path)).toEqual(['b']);
    expect(part.patchUrl).toContain(`/patch/turn-${first.turnId}?`);
  });

  it('lists the turns that changed something, with who asked and what', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    const first = await endTurn(session, bridge);
    await session.send('changes nothing');
    await endTurn(session, bridge, { turnPatch: null, turnFiles: [] });
    await session.send('y'.repeat(1_000));
    const third = await endTurn(session, bridge, { turnFiles: [file('b'), file('c')] });
    const person = { userId: session.owner.person.id, name: 'Ada' };
    expect(await diffOf(session).turns()).toMatchObject([
      { ...first, prompt: 'one', people: [person], fileCount: 1, additions: 2, deletions: 1, paths: ['b'] },
      { ...third, prompt: 'y'.repeat(200), fileCount: 2, additions: 4, paths: ['b', 'c'] },
    ]);
  });

  it('names who steered a turn beside who asked for it, each once', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    const turn = (await session.now()).state.running!;
    const ben = await newPerson(world.current, { name: 'Ben' });
    const { userId: benId } = { userId: ben.person.id };
    const steers = [ben, ben, session.owner].map(({ person }, index) => ({
      ...{ sessionId: session.id, seq: 1_000 + index, kind: 'steer.sent', payload: { turnId: turn.turnId } },
      actor: { type: 'user', userId: person.id, name: person.name, via: 'web' },
    }));
    await world.current.db.event.createMany({ data: steers });
    await endTurn(session, bridge);
    const [listed] = await diffOf(session).turns();
    expect(listed?.people.map(({ userId }) => userId)).toEqual([session.owner.person.id, benId]);
  });

  it('of a turn that changed nothing, or of another session, is not there', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    await endTurn(session, bridge);
    const { session: other, bridge: otherBridge } = await TestSession.ready(world.current);
    const foreign = await endTurn(other, otherBridge);
    for (const turnId of [TurnId.parse(randomUUID()), foreign.turnId]) {
      await expect(diffOf(session).get(turnId)).rejects.toMatchObject({ cause: { code: 'not_found' } });
    }
  });
});
