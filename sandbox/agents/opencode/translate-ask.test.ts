import { describe, expect, test } from 'vitest';
import { AskId } from '@/domain/ids';
import { Fold, loadRecording, words } from '@/testing/recorded-turn';
import type { PendingAsks, PermissionAsk } from './asks';
import { translatePending } from './translate-ask';

const NOTHING: PendingAsks = { permissions: [], questions: [] };

/** A turn up to the moment at which its sub-agent asks, and the ask. */
function asking() {
  const recording = loadRecording('task-ask.jsonl');
  const at = recording.parsed.findIndex(({ is }, index) => {
    return is === 'event' && recording.raw[index]?.type === 'permission.asked';
  });
  const event = recording.parsed[at]!;
  if (event.is !== 'event' || event.event.type !== 'permission.asked') throw new Error('no ask was recorded');
  const ask: PermissionAsk = event.event.properties;
  return { recording, at, ask, before: () => new Fold(recording.begin()).all(recording.parsed.slice(0, at)) };
}

describe('after a time without a connection', () => {
  test('an ask that waits is told, with the call that it is about', () => {
    const { ask, before } = asking();
    const fold = before();
    fold.add(translatePending(fold.state, { ...NOTHING, permissions: [ask] }));
    const told = fold.events.at(-1)!;
    expect(told).toMatchObject({ kind: 'ask.opened', askId: ask.id });
    const tool = fold.state.calls.get(ask.tool!.callID);
    expect(told).toMatchObject({ toolPartId: tool! });
  });

  test('one that was told is not told again, and counts as answered when it waits no more', () => {
    const { ask, before } = asking();
    const fold = before();
    fold.add(translatePending(fold.state, { ...NOTHING, permissions: [ask] }));
    fold.add(translatePending(fold.state, { ...NOTHING, permissions: [ask] }));
    fold.add(translatePending(fold.state, NOTHING));
    fold.add(translatePending(fold.state, NOTHING));
    expect(fold.events.filter(({ kind }) => kind.startsWith('ask.')).map(({ kind }) => kind)).toEqual([
      'ask.opened',
      'ask.applied',
    ]);
  });

  test('one of a turn that was stopped, which OpenCode still lists, is none of this turn’s', () => {
    const { ask, before } = asking();
    const ghosts = [
      { ...ask, id: AskId.parse('per_ghost1'), tool: { messageID: 'msg_earlier', callID: 'call_earlier' } },
      { ...ask, id: AskId.parse('per_ghost2'), sessionID: 'ses_other' },
    ];
    const fold = before();
    const told = fold.events.length;
    fold.add(translatePending(fold.state, { ...NOTHING, permissions: ghosts }));
    expect(fold.events.slice(told).map(words)).toEqual([]);
  });

  test('one whose tool call has ended is none either', () => {
    const { recording, ask } = asking();
    const fold = new Fold(recording.begin()).all(recording.parsed);
    const told = fold.events.length;
    const again = { ...ask, id: AskId.parse('per_ghost3') };
    fold.add(translatePending(fold.state, { ...NOTHING, permissions: [again] }));
    expect(fold.events.slice(told).map(words)).toEqual([]);
  });
});
