import type { Actor, ClientKind } from '../events/actor';
import type { Ask, AskAnswer } from '../events/ask';
import type { CommentPlace } from '../events/collaboration';
import type { BlobRef, Outcome, Reason, Todo } from '../events/session-event';

interface Keyed {
  /** Unique in a thread, and the same whenever it is told again. */
  key: string;
}

/** How one run of the agent goes or went. */
export interface TurnMessage extends Keyed {
  type: 'turn';
  turnId: string;
  promptId: string | null;
  outcome: Outcome | null;
  isStopping: boolean;
  reason: Reason | null;
  /** What the agent did last, oldest first. */
  steps: { title: string; status: 'running' | 'completed' | 'error' }[];
  stepCount: number;
  todos: Todo[];
  files: number;
  additions: number;
  deletions: number;
  elapsedMs: number;
  waiting: number;
  /** The first piece of the agent's last words, in Markdown. */
  answer: string;
}

/** One message of a thread, as it is to look now: what a chat makes of it is the chat's own affair. */
export type ThreadMessage =
  | (Keyed & {
      type: 'session';
      title: string;
      repository: string;
      branch: string;
      baseBranch: string;
      model: string;
      /** The repository may still be changed: nothing has run. */
      isOpen: boolean;
    })
  | (Keyed & {
      type: 'said';
      what: 'prompt' | 'steer' | 'comment';
      who: string;
      via: ClientKind | null;
      text: string;
      files: number;
      on: CommentPlace | null;
    })
  | TurnMessage
  /** The agent's words go on, in Markdown. */
  | (Keyed & { type: 'more'; text: string })
  | (Keyed & {
      type: 'ask';
      askId: string;
      ask: Ask;
      status: 'open' | 'answered' | 'applied' | 'expired';
      answer: AskAnswer | null;
      answeredBy: Actor | null;
      reason: Reason | null;
    })
  | (Keyed & { type: 'failed'; promptId: string; outcome: Outcome; reason: Reason | null })
  | (Keyed & { type: 'note'; text: string; who: string | null })
  | (Keyed & { type: 'artifact'; what: string; title: string; url: string | null })
  | (Keyed & { type: 'file'; name: string; mime: string; blob: BlobRef });

export type ThreadMessageOf<T extends ThreadMessage['type']> = Extract<ThreadMessage, { type: T }>;

/** A choice of repository that a request waits for. */
export interface RepositoryPick {
  requestId: string;
  text: string;
  known: { id: string; name: string }[];
}

/** A row of a list of sessions. */
export interface ChatSessionRow {
  sessionId: string;
  title: string;
  repository: string;
  status: string;
}

/** What one person alone is shown. */
export type Whisper =
  | { type: 'text'; text: string }
  | { type: 'link'; url: string; waits: boolean }
  | ({ type: 'pick' } & RepositoryPick)
  | { type: 'sessions'; heading: string; sessions: ChatSessionRow[] }
  | { type: 'help' };
