import { describe, expect, it } from 'vitest';
import { PromptId, TurnId, UserId } from '../ids';
import { type RunningTurn, INITIAL_STATE } from './state';
import { stopped } from './stopped';

const running: RunningTurn = {
  turnId: TurnId.parse('0190b5a0-0000-7000-8000-00000000000c'),
  promptId: PromptId.parse('0190b5a0-0000-7000-8000-00000000000b'),
  authorId: UserId.parse('ada'),
  ...{ attempt: 1, isDelivered: true, isStopRequested: false },
};

describe('stopping a turn', () => {
  it('is asked of the agent once, however many people press it', () => {
    expect(stopped(INITIAL_STATE, running)).toEqual([
      { kind: 'turn.stop_requested', turnId: running.turnId },
    ]);
    expect(stopped(INITIAL_STATE, { ...running, isStopRequested: true })).toEqual([]);
  });
});
