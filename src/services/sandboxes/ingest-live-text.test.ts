import { describe, expect, it } from 'vitest';
import type { TurnId } from '@/domain/ids';
import { useDeps } from '@/testing/deps';
import { callAs, finished, type TestBridge, TestSession } from '@/testing/test-session';

const world = useDeps();

const log = (text: string) => ({ kind: 'setup.log', epoch: 1, text });

async function readySession() {
  const { session, bridge } = await TestSession.ready(world.current);
  const { running } = (await session.now()).state;
  return { session, bridge, turn: running! };
}

describe('live text', () => {
  const part = (turn: { turnId: TurnId }, partId: string) => ({
    turnId: turn.turnId,
    partId,
    isReplacement: false,
  });

  async function storedText(session: TestSession, partId: string): Promise<string | null> {
    const row = await world.current.db.partText.findFirst({ where: { sessionId: session.id, partId } });
    return row?.text ?? null;
  }

  async function checkpoint(bridge: TestBridge, given: object): Promise<void> {
    // The fields are a checkpoint's; ids are unbranded here.
    await bridge.sync({ checkpoints: [given] as never });
  }

  it.each<[string, { offset: number; text: string; isReplacement?: boolean }[], string]>([
    [
      'appends in order',
      [
        { offset: 0, text: 'ab' },
        { offset: 2, text: 'cd' },
      ],
      'abcd',
    ],
    [
      'takes a repeat for what it is',
      [
        { offset: 0, text: 'ab' },
        { offset: 0, text: 'ab' },
      ],
      'ab',
    ],
    [
      'takes a late repeat for what it is',
      [
        { offset: 0, text: 'ab' },
        { offset: 2, text: 'c' },
        { offset: 0, text: 'ab' },
      ],
      'abc',
    ],
    [
      'leaves one that is early',
      [
        { offset: 0, text: 'ab' },
        { offset: 5, text: 'x' },
        { offset: 2, text: 'c' },
      ],
      'abc',
    ],
    [
      'counts UTF-16 units, so an emoji is two',
      [
        { offset: 0, text: '🙂' },
        { offset: 1, text: 'x' },
        { offset: 2, text: 'é' },
        { offset: 3, text: '!' },
      ],
      '🙂é!',
    ],
    [
      'replaces',
      [
        { offset: 0, text: 'old' },
        { offset: 0, text: 'new tail', isReplacement: true },
      ],
      'new tail',
    ],
    [
      'replaces by nothing',
      [
        { offset: 0, text: 'old' },
        { offset: 0, text: '', isReplacement: true },
      ],
      '',
    ],
    [
      'begins at an empty text',
      [
        { offset: 0, text: '' },
        { offset: 0, text: 'a' },
      ],
      'a',
    ],
  ])('%s', async (_name, checkpoints, expected) => {
    const { session, bridge, turn } = await readySession();
    for (const given of checkpoints) await checkpoint(bridge, { ...part(turn, 'prt_1'), ...given });
    expect(await storedText(session, 'prt_1')).toBe(expected);
    const [read] = await callAs(world.current, session.owner).events.partTexts({
      sessionId: session.id,
      partIds: ['prt_1'] as never,
    });
    expect(read).toEqual({ partId: 'prt_1', text: expected, length: expected.length });
  });

  it('that begins in its middle is not stored', async () => {
    const { session, bridge, turn } = await readySession();
    await checkpoint(bridge, { ...part(turn, 'prt_1'), offset: 4, text: 'x' });
    expect(await storedText(session, 'prt_1')).toBeNull();
  });

  it('is gone with its turn, and what comes after is not kept', async () => {
    const { session, bridge, turn } = await readySession();
    await checkpoint(bridge, { ...part(turn, 'prt_1'), offset: 0, text: 'so far' });
    await bridge.tell([finished(turn)], {
      checkpoints: [{ ...part(turn, 'prt_2'), offset: 0, text: 'late' }] as never,
    });
    expect(await world.current.db.partText.count({ where: { sessionId: session.id } })).toBe(0);
  });

  it('is told to whoever watches', async () => {
    const { session, bridge, turn } = await readySession();
    const delta = { turnId: turn.turnId, partId: 'prt_1', offset: 0, text: 'hi' };
    await bridge.sync({ deltas: [delta] as never });
    expect(world.current.realtime.messages.at(-1)).toEqual({
      channel: `private-session-${session.id}.1`,
      event: 'deltas',
      data: { deltas: [delta] },
    });
  });

  it('of a running tool is told in its newest form, and only while somebody watches', async () => {
    const { session, bridge, turn } = await readySession();
    const output = { ...part(turn, 'prt_tool'), isReplacement: true, offset: 0, text: 'tick 1' };
    const told = () => world.current.realtime.messages.filter(({ event }) => event === 'deltas');
    await checkpoint(bridge, output);
    expect(told()).toEqual([]);
    await world.current.db.session.update({ where: { id: session.id }, data: { watchers: 1 } });
    await checkpoint(bridge, { ...output, text: 'tick 1 tick 2' });
    const { turnId } = turn;
    expect(told().map(({ data }) => data)).toEqual([
      { deltas: [{ turnId, partId: 'prt_tool', offset: 0, text: 'tick 1 tick 2' }] },
    ]);
  });

  it('that is too much for one message goes out in several, in order', async () => {
    const { bridge, turn } = await readySession();
    const deltas = Array.from({ length: 6 }, (_, index) => ({
      turnId: turn.turnId,
      partId: 'prt_1',
      offset: index * 4_000,
      text: String(index).repeat(4_000),
    }));
    await bridge.sync({ deltas: deltas as never });
    const told = world.current.realtime.messages.filter(({ event }) => event === 'deltas');
    expect(told.map(({ data }) => (data as { deltas: object[] }).deltas)).toEqual([
      deltas.slice(0, 2),
      deltas.slice(2, 4),
      deltas.slice(4),
    ]);
  });

  it('does not keep the bridge waiting for a realtime service that hangs', async () => {
    const { bridge, turn } = await readySession();
    let release = (): void => undefined;
    world.current.realtime.answer = () =>
      new Promise((resolve) => {
        release = () => resolve({ ok: true });
      });
    const delta = { turnId: turn.turnId, partId: 'prt_1', offset: 0, text: 'hi' };
    expect(await bridge.sync({ first: 2, events: [log('x')], deltas: [delta] as never })).toMatchObject({
      ack: 2,
    });
    release();
  });
});
