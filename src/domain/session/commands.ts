import type { Isolation, ModelRef, Reason, RepositoryRef } from '../events/session-event';
import type { PromptId, TurnId } from '../ids';

/** What a person asks of a session, from whichever client. */
export type PersonCommand =
  | {
      type: 'create';
      title: string;
      repository: RepositoryRef;
      baseBranch: string;
      branch: string;
      model: ModelRef;
    }
  | { type: 'send'; promptId: PromptId; text: string }
  | { type: 'edit'; promptId: PromptId; text: string }
  | { type: 'withdraw'; promptId: PromptId }
  | { type: 'promote'; promptId: PromptId; position: number }
  | { type: 'stop'; turnId: TurnId }
  | { type: 'retry'; promptId: PromptId }
  | { type: 'title'; title: string }
  | { type: 'archive' };

/** What the server learned of a session's sandbox, or of time. */
export type SystemCommand =
  | { type: 'sandbox-created'; epoch: number; isolation: Isolation }
  | { type: 'sandbox-lost'; epoch: number; reason: Reason }
  /** `isFinal`: another try can't help, such as a repository that is not there. */
  | { type: 'sandbox-failed'; epoch: number; reason: Reason; isFinal: boolean }
  | { type: 'turn-overdue'; turnId: TurnId; reason: Reason };

export type Command = PersonCommand | SystemCommand;

/** Why a command was refused: an ordinary answer, worded by each client. */
export interface Refusal {
  code:
    | 'archived'
    | 'empty_prompt'
    | 'prompt_too_long'
    | 'queue_full'
    | 'duplicate_prompt'
    | 'prompt_not_waiting'
    | 'prompt_not_retryable'
    | 'turn_not_running'
    | 'stale';
  message: string;
}
