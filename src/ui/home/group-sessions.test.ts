import { describe, expect, it } from 'vitest';
import { PromptId, SessionId, TeamId, TurnId } from '@/domain/ids';
import { INITIAL_STATE, type SessionState } from '@/domain/session/state';
import { groupSessions } from './group-sessions';
import type { ListedSession } from './use-sessions';

const turnId = TurnId.parse('0190b5a0-0000-7000-8000-000000000002');
const promptId = PromptId.parse('0190b5a0-0000-7000-8000-000000000001');
const working: Partial<SessionState> = {
  running: { turnId, promptId, authorId: null, attempt: 1, isDelivered: true, isStopRequested: false },
};
const failed: Partial<SessionState> = { sandbox: { phase: 'failed', epoch: 1, failures: 1 } };

function session(title: string, minute: number, state: Partial<SessionState> = {}): ListedSession {
  const at = new Date(Date.UTC(2026, 0, 1, 12, minute));
  return {
    id: SessionId.parse(crypto.randomUUID()),
    teamId: TeamId.parse(crypto.randomUUID()),
    title,
    repository: { kind: 'demo', name: 'acme/playground', url: 'https://git.test/acme/playground' },
    baseBranch: 'main',
    branch: 'dispatch/x',
    creatorId: 'ada',
    isArchived: false,
    state: { ...INITIAL_STATE, title, ...state },
    lastSeq: 1,
    accessVersion: 1,
    createdAt: at,
    updatedAt: at,
  };
}

const titlesOf = (sessions: ListedSession[]) =>
  groupSessions(sessions).map(({ title, rows }) => [title, ...rows.map((row) => row.session.title)]);

describe('groupSessions', () => {
  it('puts what needs somebody first, then what runs, then the rest, each newest first', () => {
    const sessions = [
      session('old', 1),
      session('running', 2, working),
      session('broken', 3, failed),
      session('new', 4),
    ];
    expect(titlesOf(sessions)).toEqual([
      ['Needs you', 'broken'],
      ['Running', 'running'],
      ['Recent', 'new', 'old'],
    ]);
  });

  it('keeps a row in its place when something happens in its session', () => {
    const first = session('first', 1, working);
    const second = session('second', 2, working);
    const later = new Date(Date.UTC(2026, 0, 1, 13));
    expect(titlesOf([{ ...first, updatedAt: later }, second])).toEqual([['Running', 'second', 'first']]);
  });

  it('leaves archived sessions out', () => {
    expect(titlesOf([session('over', 1, { isArchived: true })])).toEqual([]);
  });
});
