import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TurnId } from '@/domain/ids';
import { useDeps } from '@/testing/deps';
import { finished, newPromptId, phase, TestSession } from '@/testing/test-session';

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

describe('poison', () => {
  const turnId = randomUUID();
  const text = (value: string) => ({
    kind: 'part.finished',
    turnId,
    partId: 'prt_1',
    part: { type: 'text', text: value },
  });
  const diff = (key: string) => ({
    kind: 'diff.changed',
    turnId,
    baseSha: 'a',
    headSha: 'b',
    files: [],
    patch: { key, sizeBytes: 1 },
    bundle: null,
  });

  it.each<[string, unknown, string[]]>([
    ['no object', 'hello', ['unknown']],
    ['null', null, ['unknown']],
    ['a kind of the future', { kind: 'from.the.future', x: 1 }, ['unknown']],
    ['a field of the wrong type', { kind: 'setup.log', epoch: 'one', text: 7 }, ['unknown']],
    ['U+0000 in text', text('a\u0000b'), ['part.finished']],
    ['U+0000 in a key', { 'a\u0000': 1 }, ['unknown']],
    ['a lone surrogate', text('a\ud800b'), ['part.finished']],
    ['a surrogate pair', text('🙂'), ['part.finished']],
    ['1 MB of junk', { kind: 'x'.repeat(1_000_000), junk: '\u0000'.repeat(10_000) }, ['unknown']],
    ['a text beyond its limit', text('x'.repeat(400_001)), ['unknown']],
    ['deep nesting', { kind: 'deep', of: nested(500) }, ['unknown']],
    ['a kind that only the server decides', { kind: 'session.archived' }, ['unknown']],
    ['a prompt of its own', { kind: 'prompt.queued', promptId: turnId, text: 'mine' }, ['unknown']],
    ['a phase that only the server decides', phase(1, 'requested'), ['unknown']],
    ['a phase of another epoch', phase(2, 'ready'), ['unknown']],
    ['a log of another epoch', { kind: 'setup.log', epoch: 3, text: 'x' }, ['unknown']],
    [
      'the end of a prompt that does not run',
      finished({ promptId: newPromptId(), turnId: TurnId.parse(turnId) }),
      [],
    ],
    ['the end of its sandbox, which the provider knows better', phase(1, 'ended'), []],
    ['an object of another session', diff(`${turnId}/patch/1`), ['unknown']],
  ])('%s is acknowledged and blocks nothing', async (_name, event, expected) => {
    const { session, bridge, state, known } = await readySession();
    expect(await bridge.say(event, log('after'))).toMatchObject({ ack: 3 });
    expect(await newsOf(session, known)).toEqual([...expected, 'setup.log']);
    expect((await session.now()).state).toMatchObject(state);
  });

  it('an object that climbs out of its session is not taken for the session’s own', async () => {
    const { session, bridge, known } = await readySession();
    await bridge.say(diff(`${session.id}/../${randomUUID()}/patch`), diff(`${session.id}/patch/1-x`));
    expect(await newsOf(session, known)).toEqual(['unknown', 'diff.changed']);
    expect((await session.now()).patchKey).toBe(`${session.id}/patch/1-x`);
  });

  it('is kept with its error and its beginning', async () => {
    const { session, bridge, known } = await readySession();
    await bridge.say({ kind: 'setup.log', epoch: 1, text: { not: 'a text' } });
    const [event] = (await session.events()).slice(known);
    expect(event).toMatchObject({ kind: 'unknown', was: 'setup.log' });
    expect(event?.kind === 'unknown' && event.error).toMatch(/text/);
    expect(event?.kind === 'unknown' && event.preview).toContain('not');
  });

  it('in a checkpoint is stored clean, at its place', async () => {
    const { session, bridge, turn } = await readySession();
    const at = { turnId: turn.turnId, partId: 'prt\u0000x', isReplacement: false };
    const checkpoints = [
      { ...at, offset: 0, text: 'a\u0000\ud800' },
      { ...at, offset: 3, text: 'b' },
      { ...at, offset: 9_000_000_000, text: 'far away' },
    ];
    // Frames come from outside; a bridge of ours never sends such a part.
    await bridge.sync({ checkpoints: checkpoints as never });
    expect(await world.current.db.partText.findMany({ where: { sessionId: session.id } })).toMatchObject([
      { partId: 'prt\uFFFDx', text: 'a\uFFFD\uFFFDb', length: 4 },
    ]);
  });
});

function nested(depth: number): unknown {
  return depth === 0 ? 'x' : [nested(depth - 1)];
}
