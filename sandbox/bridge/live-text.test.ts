import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PartId, TurnId } from '@/domain/ids';
import type { Checkpoint, Delta } from '@/domain/wire/bridge';
import { deltaWindowMs, LiveText } from './live-text';

const turnId = TurnId.parse('00000000-0000-4000-8000-00000000000a');
const partId = PartId.parse('prt_1');

/** What a client or the server does: it appends a piece where its own length equals the piece's offset. */
function appendWhereFits(stored: string, piece: Delta): string {
  return stored.length === piece.offset ? stored + piece.text : stored;
}

test('offsets count UTF-16 code units and no piece cuts a pair in two', () => {
  const live = new LiveText();
  const deltas: Delta[] = [];
  for (const unit of ['a', '\ud83d', '\ude00', 'é', '👩‍👩‍👧'.slice(0, 1), '👩‍👩‍👧'.slice(1), 'z']) {
    live.append(turnId, partId, unit);
    deltas.push(...live.deltas());
    live.confirmDeltas();
  }
  expect(deltas.map(({ offset, text }) => [offset, text])).toEqual([
    [0, 'a'],
    [1, '😀'],
    [3, 'é'],
    [4, '👩‍👩‍👧'],
    [12, 'z'],
  ]);
});

test('a long text goes out in pieces that never cut a pair', () => {
  const live = new LiveText();
  const text = `x${'😀'.repeat(60_000)}`;
  live.append(turnId, partId, text);
  let stored = '';
  for (let round = 0; round < 5; round += 1) {
    for (const delta of live.deltas()) {
      expect(delta.text.isWellFormed()).toBe(true);
      stored = appendWhereFits(stored, delta);
    }
    live.confirmDeltas();
  }
  expect(stored).toBe(text);
});

test('half a pair and U+0000 never go out as they are', () => {
  const live = new LiveText();
  live.append(turnId, partId, 'a\u0000b\udc00c');
  expect(live.deltas()[0]?.text).toBe('a\uFFFDb\uFFFDc');
});

test('a checkpoint whose answer was lost is sent again unchanged, so that the next one fits', () => {
  const live = new LiveText();
  live.append(turnId, partId, 'one ');
  const first = live.checkpoints(1_000).all;
  live.append(turnId, partId, 'two ');
  expect(live.checkpoints(5_000)).toEqual({ all: first, fresh: [] });
  live.confirmCheckpoints();
  expect(live.checkpoints(9_000).all).toMatchObject([{ offset: 4, text: 'two ' }]);
});

test('checkpoints are due once a second, deltas in their window, nothing when nothing is new', () => {
  const live = new LiveText();
  expect(live.dueAtMs(0, 100)).toBeNull();
  live.append(turnId, partId, 'one');
  expect(live.checkpoints(10_000).all).toHaveLength(1);
  live.confirmCheckpoints();
  expect(live.dueAtMs(10_000, null)).toBeNull();
  expect(live.dueAtMs(10_000, 100)).toBe(10_100);
  live.append(turnId, partId, 'two');
  expect(live.checkpoints(10_500).all).toEqual([]);
  expect(live.dueAtMs(10_500, null)).toBe(11_000);
  expect(live.checkpoints(11_000).all).toMatchObject([{ offset: 3, text: 'two' }]);
});

test('with nobody watching no deltas are kept, and they go on where the stored text ends', () => {
  const live = new LiveText();
  live.append(turnId, partId, 'one ');
  live.checkpoints(1_000);
  live.confirmCheckpoints();
  live.append(turnId, partId, 'two ');
  live.skipDeltas();
  expect(live.deltas()).toMatchObject([{ offset: 4, text: 'two ' }]);
});

test('a running tool shows its last 4 kB, replacing, at most twice a second, and never as a delta', () => {
  const live = new LiveText();
  live.replace(turnId, partId, `${'x'.repeat(9_000)}end`);
  const [checkpoint] = live.checkpoints(1_000).all;
  expect(checkpoint).toMatchObject({ offset: 0, isReplacement: true });
  expect(checkpoint!.text).toHaveLength(4_096);
  expect(checkpoint!.text.endsWith('end')).toBe(true);
  live.confirmCheckpoints();
  live.replace(turnId, partId, 'more');
  expect(live.checkpoints(1_400).all).toEqual([]);
  expect(live.checkpoints(1_500).all).toMatchObject([{ text: 'more' }]);
  expect(live.deltas()).toEqual([]);
});

test('nothing of a part goes out after its end', () => {
  const live = new LiveText();
  live.append(turnId, partId, 'one');
  live.deltas();
  live.checkpoints(1_000);
  live.close(partId);
  expect(live.deltas()).toEqual([]);
  expect(live.checkpoints(9_000).all).toEqual([]);
});

test('the window grows with the watchers', () => {
  expect([0, 1, 3, 4, 10, 11].map((watchers) => deltaWindowMs(watchers, false))).toEqual([
    null,
    100,
    100,
    250,
    250,
    500,
  ]);
  expect(deltaWindowMs(2, true)).toBe(50);
});

test('whatever is lost, repeated or killed, what is stored is a beginning of the text and reaches its end', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('append' as const), text: fc.string({ unit: 'binary', maxLength: 6 }) }),
    fc.record({ do: fc.constantFrom('ok' as const, 'lost-request' as const, 'lost-answer' as const) }),
    fc.record({ do: fc.constant('kill' as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let live = new LiveText();
      let nowMs = 0;
      let stored = '';
      let text = '';
      const noted: Checkpoint[] = [];
      const sync = (how: 'ok' | 'lost-request' | 'lost-answer'): void => {
        nowMs += 1_000;
        const { all, fresh } = live.checkpoints(nowMs);
        noted.push(...fresh);
        if (how !== 'lost-request') for (const piece of all) stored = appendWhereFits(stored, piece);
        if (how === 'ok') live.confirmCheckpoints();
      };
      for (const { do: what, ...rest } of steps) {
        if (what === 'append' && 'text' in rest) {
          live.append(turnId, partId, rest.text);
          text += rest.text;
        } else if (what === 'kill') {
          live = new LiveText();
          live.resume(noted);
          // A bridge that was killed knows only what it noted.
          text = live.textOf(partId);
        } else if (what !== 'append') {
          sync(what);
        }
      }
      for (let round = 0; round < 4; round += 1) sync('ok');
      expect(text.toWellFormed().replaceAll('\u0000', '\uFFFD').startsWith(stored)).toBe(true);
      expect(text.length - stored.length).toBeLessThanOrEqual(1);
    }),
    { numRuns: 100 },
  );
});
