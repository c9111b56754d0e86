import type { AskAnswer } from '../events/ask';
import type {
  Attachment,
  Effort,
  Isolation,
  ModelRef,
  Reason,
  RepositoryRef,
  SandboxLimit,
} from '../events/session-event';
import type { SessionRole } from '../access/session-role';
import type { CommentPlace, Fork } from '../events/collaboration';
import type { PullRequest } from '../code-host';
import type { AskId, CommentId, PromptId, TurnId, UserId } from '../ids';

/** What somebody says, with the id that their client gave it. */
export interface Said {
  promptId: PromptId;
  text: string;
  attachments?: Attachment[];
}

/** What a person asks of a session, from whichever client. */
export type PersonCommand =
  | {
      type: 'create';
      title: string;
      repository: RepositoryRef;
      baseBranch: string;
      branch: string;
      model: ModelRef;
      effort?: Effort | null;
      forkedFrom?: Fork | null;
    }
  /** Waits until every turn before it is over. */
  | ({ type: 'send' } & Said)
  /** Said to the running turn, which reads it at its next step. */
  | ({ type: 'steer'; turnId: TurnId } & Said)
  /** Stops the running turn and goes before all that wait. */
  | ({ type: 'interrupt'; turnId: TurnId } & Said)
  /** `promptId` is for an answer that came too late: it is asked as a prompt then. */
  | { type: 'answer'; askId: AskId; answer: AskAnswer; promptId: PromptId }
  | { type: 'edit'; promptId: PromptId; text: string }
  | { type: 'withdraw'; promptId: PromptId }
  | { type: 'promote'; promptId: PromptId; position: number }
  | { type: 'stop'; turnId: TurnId }
  | { type: 'retry'; promptId: PromptId }
  | { type: 'title'; title: string }
  | { type: 'archive' }
  /** `asAdmin`: the team lets them, whatever they are in the session. */
  | { type: 'role'; userId: UserId; name: string; role: SessionRole; asAdmin: boolean }
  | { type: 'comment'; commentId: CommentId; text: string; on: CommentPlace | null }
  | { type: 'resolve'; commentId: CommentId }
  /** In US dollars for the whole session; null for no limit. */
  | { type: 'budget'; limitUsd: number | null }
  /** Notes that another session carries on from here. */
  | { type: 'fork'; fork: Fork };

/** What the server learned of a session's sandbox, or of time. */
export type SystemCommand =
  /** `isWaking`: from a disk that was kept. `reason` says what is not as it was left. */
  | {
      type: 'sandbox-created';
      epoch: number;
      isolation: Isolation;
      isWaking?: boolean;
      reason?: Reason | null;
    }
  /** Somebody types: a sandbox that sleeps is woken before they are done. */
  | { type: 'sandbox-wanted' }
  | { type: 'sandbox-limit'; epoch: number; limit: SandboxLimit }
  | { type: 'sandbox-idle'; epoch: number; reason: Reason }
  /** Its provider ends it soon. `isUrgent`: whatever runs in it. */
  | { type: 'sandbox-expiring'; epoch: number; reason: Reason; isUrgent: boolean }
  /** Nothing of value runs in it any more, whether its bridge said so or was given up. */
  | { type: 'sandbox-quiesced'; epoch: number }
  /** `reason`: why its disk could not be kept. */
  | { type: 'sandbox-kept'; epoch: number; reason: Reason | null }
  | { type: 'sandbox-lost'; epoch: number; reason: Reason }
  /** `isFinal`: another try can't help, such as a repository that is not there. */
  | { type: 'sandbox-failed'; epoch: number; reason: Reason; isFinal: boolean }
  | { type: 'turn-overdue'; turnId: TurnId; reason: Reason }
  | { type: 'ask-overdue'; askId: AskId; reason: Reason }
  | { type: 'branch-pushed'; branch: string; headSha: string }
  | { type: 'push-failed'; branch: string; reason: Reason }
  /** A pull request of the session was opened, or is not as it was. */
  | { type: 'pull-request'; pullRequest: PullRequest }
  | { type: 'access-changed'; userId: UserId; name: string; change: 'left_team' };

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
    | 'too_many_attachments'
    | 'attachment_not_here'
    | 'ask_not_open'
    | 'answer_does_not_fit'
    | 'only_watching'
    | 'not_driver'
    | 'last_driver'
    | 'empty_comment'
    | 'too_many_comments'
    | 'comment_not_open'
    | 'stale';
  message: string;
}
