import { describe, expect, it } from 'vitest';
import type { StatusKind } from '@/domain/session/session-status';
import { listed } from '@/testing/listed-session';
import { groupSessions } from './group-sessions';
import type { ListedSession } from './use-sessions';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute));
const session = (title: string, minute: number, kind: StatusKind = 'idle') =>
  listed({ title, changedAt: at(minute), status: { kind, words: kind } });

const titlesOf = (sessions: ListedSession[]) =>
  groupSessions(sessions).map(({ title, rows }) => [title, ...rows.map((row) => row.title)]);

describe('groupSessions', () => {
  it('puts what needs somebody first, then what runs, then the rest, each with the last to come first', () => {
    const sessions = [
      session('old', 1),
      session('running', 2, 'working'),
      session('broken', 3, 'needs_you'),
      session('new', 4),
      session('over', 5, 'archived'),
    ];
    expect(titlesOf(sessions)).toEqual([
      ['Needs you', 'broken'],
      ['Running', 'running'],
      ['Recent', 'new', 'old'],
      ['Archived', 'over'],
    ]);
  });

  it('keeps a row in its place when something happens in its session', () => {
    const first = session('first', 1, 'starting');
    const second = session('second', 2, 'working');
    const then: ListedSession = {
      ...first,
      status: { kind: 'working', words: 'running npm test' },
      updatedAt: at(9),
    };
    expect(titlesOf([then, second])).toEqual([['Running', 'second', 'first']]);
  });
});
