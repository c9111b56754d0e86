import { z } from 'zod';
import { SessionRole } from '../access/session-role';
import { SandboxLimit, SandboxPhase } from '../events/session-event';
import { ArtifactId, AskId, CommentId, Epoch, PromptId, TurnId, UserId } from '../ids';

/** A prompt that waits. Its text is in its row and in the log; the state stays small. */
const QueuedPrompt = z.object({
  promptId: PromptId,
  authorId: UserId.nullable(),
  /** Attempts made so far. */
  attempts: z.number().int().nonnegative(),
});
export type QueuedPrompt = z.infer<typeof QueuedPrompt>;

const RunningTurn = z.object({
  turnId: TurnId,
  promptId: PromptId,
  authorId: UserId.nullable(),
  attempt: z.number().int().positive(),
  /** The agent has it: from here on only the sandbox can say how it ends. */
  isDelivered: z.boolean(),
  isStopRequested: z.boolean(),
});
export type RunningTurn = z.infer<typeof RunningTurn>;

/** A question or a request of the agent, as long as it matters to decisions. */
const PendingAsk = z.object({
  askId: AskId,
  turnId: TurnId,
  type: z.enum(['permission', 'question']),
  /** How many answers a question needs; 0 for a permission. */
  questions: z.number().int().nonnegative(),
  /** Its beginning, for lists and for an answer that came too late. */
  title: z.string(),
  /** `answered` until the agent confirmed it; `expired` ones are kept for late answers. */
  status: z.enum(['open', 'answered', 'expired']),
});
export type PendingAsk = z.infer<typeof PendingAsk>;

/** Something said to a running turn that the agent has not read yet. */
const UnreadSteer = z.object({ promptId: PromptId, turnId: TurnId });
export type UnreadSteer = z.infer<typeof UnreadSteer>;

const Member = z.object({ userId: UserId, role: SessionRole });

/** What the session cost so far, and what it may. */
const Budget = z.object({
  limitUsd: z.number().nullable(),
  spentUsd: z.number().nonnegative(),
  /** What was said of it since the limit was set. */
  stage: z.enum(['ok', 'warned', 'exhausted']),
});
export type Budget = z.infer<typeof Budget>;

/**
 * What `decide` needs to know of a session, and nothing that only a screen needs. It is kept in the
 * session's row, so that a command never costs a replay of the log.
 */
export const SessionState = z.object({
  title: z.string(),
  isArchived: z.boolean(),
  queue: z.array(QueuedPrompt),
  running: RunningTurn.nullable(),
  /** Prompts that ended in a way that allows another attempt, with the attempts made. */
  retryable: z.array(QueuedPrompt),
  asks: z.array(PendingAsk).default([]),
  steers: z.array(UnreadSteer).default([]),
  /** Who took part so far. */
  members: z.array(Member).default([]),
  /** Remarks that wait for somebody. */
  comments: z.array(CommentId).default([]),
  /** What the session made, by the name under which it can be made anew; the newest ones. */
  artifacts: z.array(ArtifactId).default([]),
  budget: Budget.default({ limitUsd: null, spentUsd: 0, stage: 'ok' }),
  sandbox: z.object({
    phase: z.enum(['none', ...SandboxPhase.options]),
    epoch: Epoch,
    /** Starts that failed in a row. */
    failures: z.number().int().nonnegative(),
    /** What it ran out of in this life. */
    limitsHit: z.array(SandboxLimit).default([]),
  }),
});
export type SessionState = z.infer<typeof SessionState>;

export const INITIAL_STATE: SessionState = {
  title: '',
  isArchived: false,
  queue: [],
  running: null,
  retryable: [],
  asks: [],
  steers: [],
  members: [],
  comments: [],
  artifacts: [],
  budget: { limitUsd: null, spentUsd: 0, stage: 'ok' },
  sandbox: { phase: 'none', epoch: 0, failures: 0, limitsHit: [] },
};

/** Whether a bridge of this epoch takes commands: before that, the server can end a turn on its own. */
export function isAgentReachable(state: SessionState): boolean {
  return state.sandbox.phase === 'ready' || state.sandbox.phase === 'agent_restarted';
}

/** Whether a sandbox was asked for that is not there yet. */
export function isStarting({ sandbox: { phase } }: SessionState): boolean {
  return phase === 'requested' || phase === 'booting' || phase === 'waking';
}

/** Whether a sandbox is being put to sleep: nothing new is handed to it, and what waits is for the next one. */
export function isLeaving({ sandbox: { phase } }: SessionState): boolean {
  return phase === 'quiescing' || phase === 'rolling' || phase === 'snapshotting';
}

/** Whether a sandbox exists or is on its way, so that none needs to be requested. */
export function hasSandbox(state: SessionState): boolean {
  return !['none', 'asleep', 'lost', 'failed', 'ended'].includes(state.sandbox.phase);
}

/** Asks that wait for somebody, oldest first. */
export function openAsks(state: SessionState): PendingAsk[] {
  return state.asks.filter(({ status }) => status === 'open');
}
