import { z } from 'zod';
import { ClientKind } from '../events/actor';
import { Outcome, RepositoryKind } from '../events/session-event';
import { SessionId, TeamId, UserId } from '../ids';
import { StatusKind } from '../session/session-status';
import { SessionState } from '../session/state';

/** How many of those who spoke a row names; the last ones. */
export const MAX_SPEAKERS = 12;

/** A session as lists show it to everybody of its team: the same from the API and in a message. */
export const SessionRow = z.object({
  id: SessionId,
  teamId: TeamId,
  title: z.string(),
  repository: z.object({ id: z.uuid(), kind: RepositoryKind, name: z.string(), url: z.string() }),
  baseBranch: z.string(),
  branch: z.string(),
  modelId: z.string(),
  creatorId: UserId,
  isArchived: z.boolean(),
  state: SessionState,
  /** What it is doing right now, and in which kind of state that is. */
  status: z.object({ kind: StatusKind, words: z.string() }),
  /** How the newest turn ended; null while one runs, and before the first. */
  lastOutcome: Outcome.nullable(),
  costUsd: z.number().nonnegative(),
  /** Who spoke in it and with which client, the last one first; at most `MAX_SPEAKERS`. */
  people: z.array(z.object({ userId: UserId, name: z.string(), via: ClientKind, seq: z.number().int() })),
  /** The newest event that is news for whoever was not looking; 0 for none. */
  newsSeq: z.number().int().nonnegative(),
  /** Of two rows of a session the one with the higher number is the newer. */
  lastSeq: z.number().int().nonnegative(),
  createdAt: z.coerce.date(),
  /** When it last changed in a way that moves it in a list. */
  changedAt: z.coerce.date(),
  updatedAt: z.coerce.date(),
});
export type SessionRow = z.infer<typeof SessionRow>;

/**
 * A session of the team looks different in a list; without its row, the list is to be read again. The same in both
 * messages: `session-changed` is of its state, `session-doing` of what the agent does in passing and what it costs.
 */
export const SessionChangedMessage = z.object({ sessionId: SessionId, row: SessionRow.optional() });
export type SessionChangedMessage = z.infer<typeof SessionChangedMessage>;

/** The states that a list can be narrowed to. */
export const ListState = z.enum(['needs_you', 'running', 'recent', 'archived']);
export type ListState = z.infer<typeof ListState>;

/** The place in a list that each state of a session has. */
export const LIST_STATE = {
  needs_you: 'needs_you',
  starting: 'running',
  working: 'running',
  stopping: 'running',
  waiting: 'recent',
  idle: 'recent',
  archived: 'archived',
} as const satisfies Record<StatusKind, ListState>;
