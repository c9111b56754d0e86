import type { Actor } from '../events/actor';
import type { Ask, AskAnswer } from '../events/ask';
import type { Artifact, CommentPlace, Fork } from '../events/collaboration';
import type {
  Attachment,
  BlobRef,
  Effort,
  FileChange,
  Isolation,
  ModelRef,
  Outcome,
  Reason,
  RepositoryRef,
  SandboxLimit,
  SandboxPhase,
  Todo,
  Tokens,
} from '../events/session-event';
import type { ArtifactId, AskId, CommentId, PartId, PromptId, TurnId } from '../ids';

interface Placed {
  /** Unique in a session and the same in every client, such as `part:prt_1`. */
  id: string;
  /** Where it stands: items are shown in this order, then by id. */
  seq: number;
  /** When its first event was committed; ISO 8601. */
  at: string;
}

interface OfPart extends Placed {
  turnId: TurnId;
  partId: PartId;
  /** The tool call whose sub-agent wrote this; null for the agent itself. */
  parentPartId: PartId | null;
}

export interface SessionItem extends Placed {
  type: 'session';
  title: string;
  repository: RepositoryRef;
  baseBranch: string;
  branch: string;
  model: ModelRef;
  effort: Effort | null;
  forkedFrom: Fork | null;
}

/** Something said about the whole session: a new title, who joined, its budget. */
export interface NoteItem extends Placed {
  type: 'note';
  text: string;
  actor: Actor;
  /** The actor did it; else it is about what is named in the text. */
  isByActor: boolean;
}

/** A remark of a person's, on a line of the change or on the session. */
export interface CommentItem extends Placed {
  type: 'comment';
  commentId: CommentId;
  author: Actor;
  text: string;
  on: CommentPlace | null;
  resolvedBy: Actor | null;
  resolvedAt: string | null;
}

/** Something that the session made, in its newest version. */
export interface ArtifactItem extends Placed {
  type: 'artifact';
  artifactId: ArtifactId;
  artifact: Artifact;
  versions: number;
  updatedAt: string;
}

export interface PromptItem extends Placed {
  type: 'prompt';
  promptId: PromptId;
  author: Actor | null;
  text: string;
  attachments: Attachment[];
  queuedAt: string | null;
  status: 'waiting' | 'withdrawn' | 'running' | Outcome;
  /** The turn of its newest attempt. */
  turnId: TurnId | null;
  attempt: number;
  deliveredAt: string | null;
  finishedAt: string | null;
  reason: Reason | null;
}

/** Something said to a running turn. Stands where it was said. */
export interface SteerItem extends Placed {
  type: 'steer';
  promptId: PromptId;
  turnId: TurnId;
  author: Actor | null;
  text: string;
  attachments: Attachment[];
  /** `missed`: the turn ended before the agent read it. */
  status: 'sent' | 'delivered' | 'read' | 'missed';
  deliveredAt: string | null;
  readAt: string | null;
}

/** A question of the agent, or a permission that it wants, and what became of it. */
export interface AskItem extends Placed {
  type: 'ask';
  askId: AskId;
  turnId: TurnId;
  /** The tool call that waits for it. */
  toolPartId: PartId | null;
  ask: Ask;
  /** `answered` until the agent confirmed it. */
  status: 'open' | 'answered' | 'applied' | 'expired';
  answer: AskAnswer | null;
  answeredBy: Actor | null;
  answeredAt: string | null;
  reason: Reason | null;
}

/** How one run of the agent went: its end, cost and troubles. Stands where the turn ended, once it has. */
export interface TurnItem extends Placed {
  type: 'turn';
  turnId: TurnId;
  promptId: PromptId | null;
  attempt: number;
  isStopRequested: boolean;
  outcome: Outcome | null;
  reason: Reason | null;
  startedAt: string | null;
  /** When the agent began to work on it: it has read the prompt. */
  readAt: string | null;
  finishedAt: string | null;
  steps: number;
  tokens: Tokens;
  costUsd: number;
  compactions: number;
  /** The newest retry of the model, while no step followed it. */
  retrying: { attempt: number; message: string; nextAt: string | null } | null;
}

export interface TextItem extends OfPart {
  type: 'text';
  /** Null while it is being written: live text fills it. */
  text: string | null;
}

export interface ReasoningItem extends OfPart {
  type: 'reasoning';
  text: string | null;
  durationMs: number | null;
}

export interface ToolItem extends OfPart {
  type: 'tool';
  tool: string;
  title: string;
  input: string;
  status: 'running' | 'completed' | 'error';
  output: string | null;
  outputBlob: BlobRef | null;
  durationMs: number | null;
  attachments: Attachment[];
}

export interface FileItem extends OfPart {
  type: 'file';
  name: string;
  mime: string;
  blob: BlobRef | null;
}

export interface TodoItem extends Placed {
  type: 'todo';
  turnId: TurnId;
  todos: Todo[];
}

export interface DiffItem extends Placed {
  type: 'diff';
  turnId: TurnId;
  baseSha: string;
  headSha: string;
  files: FileChange[];
  patch: BlobRef | null;
  bundle: BlobRef | null;
  turnPatch: BlobRef | null;
  turnFiles: FileChange[];
}

/** One life of the sandbox, with what its setup printed. */
export interface SandboxItem extends Placed {
  type: 'sandbox';
  epoch: number;
  phase: SandboxPhase | null;
  phases: { phase: SandboxPhase; at: string; reason: Reason | null }[];
  isolation: Isolation | null;
  reason: Reason | null;
  /** What it ran out of, in that order. */
  limits: SandboxLimit[];
  log: string;
}

/** An event that this build does not know, or that could not be stored as it came. */
export interface UnknownItem extends Placed {
  type: 'unknown';
  was: string;
  error: string;
  preview: string;
}

export type TimelineItem =
  | SessionItem
  | NoteItem
  | CommentItem
  | ArtifactItem
  | PromptItem
  | SteerItem
  | AskItem
  | TurnItem
  | TextItem
  | ReasoningItem
  | ToolItem
  | FileItem
  | TodoItem
  | DiffItem
  | SandboxItem
  | UnknownItem;

export type ItemType = TimelineItem['type'];
export type ItemOf<T extends ItemType> = Extract<TimelineItem, { type: T }>;
