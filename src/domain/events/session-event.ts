import { z } from 'zod';
import { AskId, BlobKey, Epoch, PartId, PromptId, TurnId } from '../ids';
import { Ask, AskAnswer } from './ask';
import { COLLABORATION_EVENTS, Fork } from './collaboration';

/** A short text that people read; anything longer belongs in a blob. */
const line = z.string().max(2_000);
/** Agent text. A larger one is cut by the bridge before it becomes an event, and the rest goes to a blob. */
const body = z.string().max(400_000);

export const RepositoryKind = z.enum(['demo', 'git', 'github', 'local']);
export type RepositoryKind = z.infer<typeof RepositoryKind>;

const RepositoryRef = z.object({ kind: RepositoryKind, name: line, url: line });
export type RepositoryRef = z.infer<typeof RepositoryRef>;

/** The model that answers a session; `standIn` is said aloud on every surface. */
export const ModelRef = z.object({ id: line, label: line, standIn: z.boolean() });
export type ModelRef = z.infer<typeof ModelRef>;

export const Outcome = z.enum(['completed', 'failed', 'stopped', 'interrupted']);
export type Outcome = z.infer<typeof Outcome>;

/** Why something ended otherwise than well, in words that a person understands. */
export const Reason = z.object({ code: z.string().max(64), message: line });
export type Reason = z.infer<typeof Reason>;

const Tokens = z.object({
  input: z.number().nonnegative(),
  output: z.number().nonnegative(),
  reasoning: z.number().nonnegative(),
  cacheRead: z.number().nonnegative(),
  cacheWrite: z.number().nonnegative(),
});
export type Tokens = z.infer<typeof Tokens>;

const Todo = z.object({
  content: line,
  status: z.enum(['pending', 'in_progress', 'completed', 'cancelled']),
});
export type Todo = z.infer<typeof Todo>;

export const FileChange = z.object({
  path: z.string().max(4_096),
  status: z.enum(['added', 'modified', 'deleted', 'renamed']),
  additions: z.number().int().nonnegative(),
  deletions: z.number().int().nonnegative(),
  binary: z.boolean(),
});
export type FileChange = z.infer<typeof FileChange>;

const BlobRef = z.object({ key: BlobKey, sizeBytes: z.number().int().nonnegative() });
export type BlobRef = z.infer<typeof BlobRef>;

/** A file beside a text: given with a prompt, or made by a tool. */
export const Attachment = z.object({ name: z.string().max(255), mime: z.string().max(100), blob: BlobRef });
export type Attachment = z.infer<typeof Attachment>;

/** How many files may go with one prompt or come from one tool call. */
export const MAX_ATTACHMENTS = 20;
/** The largest file that may go with a prompt. Pictures are scaled by the client before. */
export const MAX_ATTACHMENT_BYTES = 20 * 1024 * 1024;
const attachments = z.array(Attachment).max(MAX_ATTACHMENTS).default([]);

/** How hard the model thinks; null leaves it to the model. */
export const Effort = z.enum(['low', 'medium', 'high']);
export type Effort = z.infer<typeof Effort>;

/** What a tool was given, as it was; JSON text, cut at 16 kB with the rest in a blob. */
const ToolInput = z.string().max(20_000);

export const StartedPart = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text') }),
  z.object({ type: z.literal('reasoning') }),
  z.object({ type: z.literal('tool'), tool: line, title: line, input: ToolInput }),
]);
export type StartedPart = z.infer<typeof StartedPart>;

export const FinishedPart = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: body }),
  z.object({ type: z.literal('reasoning'), text: body, durationMs: z.number().nonnegative() }),
  z.object({
    type: z.literal('tool'),
    tool: line,
    title: line,
    input: ToolInput,
    status: z.enum(['completed', 'error']),
    /** At most 16 kB; `outputBlob` holds the whole when it is longer. */
    output: z.string().max(20_000),
    outputBlob: BlobRef.nullable(),
    durationMs: z.number().nonnegative(),
    /** Pictures and files that the tool made. */
    attachments,
  }),
  z.object({ type: z.literal('file'), name: line, mime: line, blob: BlobRef.nullable() }),
]);
export type FinishedPart = z.infer<typeof FinishedPart>;

/** Where a sandbox is in its life, as everybody sees it. */
export const SandboxPhase = z.enum([
  'requested',
  /** Started from the machine's own programs, or from a disk that was kept. */
  'booting',
  'waking',
  'cloning',
  'setup',
  'agent_starting',
  'ready',
  'agent_restarted',
  /** No prompt is handed over any more: going to sleep, or moving on before the provider ends it. */
  'quiescing',
  'rolling',
  /** Nothing runs in it any more; its disk is being kept. */
  'snapshotting',
  'asleep',
  'lost',
  'failed',
  'ended',
]);
export type SandboxPhase = z.infer<typeof SandboxPhase>;

/** What a sandbox is held to. */
export const SandboxLimit = z.enum(['memory', 'processes', 'cpu', 'disk']);
export type SandboxLimit = z.infer<typeof SandboxLimit>;

/** How far a sandbox is walled off from the machine that it runs on. */
export const Isolation = z.enum(['vm', 'container', 'namespace', 'none']);
export type Isolation = z.infer<typeof Isolation>;

const prompt = { promptId: PromptId };
const turn = { turnId: TurnId };
const part = {
  turnId: TurnId,
  partId: PartId,
  /** The tool call whose sub-agent wrote this; null for the agent itself. */
  parentPartId: PartId.nullable().default(null),
};
const ask = { turnId: TurnId, askId: AskId };

/**
 * Everything that happens in a session. Extend, don't overload: a new kind breaks the build at each place
 * that must show it. A kind this build does not know parses to `unknown` and is shown as such.
 */
export const SessionEvent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('session.created'),
    title: line,
    repository: RepositoryRef,
    baseBranch: line,
    branch: line,
    model: ModelRef,
    effort: Effort.nullable().default(null),
    forkedFrom: Fork.nullable(),
  }),
  ...COLLABORATION_EVENTS,
  z.object({ kind: z.literal('session.titled'), title: line }),
  z.object({ kind: z.literal('session.archived') }),
  z.object({
    kind: z.literal('prompt.queued'),
    ...prompt,
    text: body,
    attachments,
    /** `first` goes before all that wait: it was sent with a stop. */
    place: z.enum(['last', 'first']).default('last'),
  }),
  z.object({ kind: z.literal('prompt.edited'), ...prompt, text: body }),
  z.object({ kind: z.literal('prompt.withdrawn'), ...prompt }),
  z.object({ kind: z.literal('prompt.promoted'), ...prompt, position: z.number().int().nonnegative() }),
  z.object({ kind: z.literal('prompt.retried'), ...prompt }),
  z.object({
    kind: z.literal('prompt.started'),
    ...prompt,
    ...turn,
    attempt: z.number().int().positive(),
  }),
  z.object({ kind: z.literal('prompt.delivered'), ...prompt, ...turn }),
  z.object({
    kind: z.literal('prompt.finished'),
    ...prompt,
    /** Null for a prompt that ended before any turn: its sandbox could not be started. */
    turnId: TurnId.nullable(),
    outcome: Outcome,
    reason: Reason.nullable(),
  }),
  /** Said to a running turn: the agent reads it at its next step, if there is one. */
  z.object({ kind: z.literal('steer.sent'), ...prompt, ...turn, text: body, attachments }),
  /** The agent has it. */
  z.object({ kind: z.literal('steer.delivered'), ...prompt, ...turn }),
  /** A step of the agent answers it. */
  z.object({ kind: z.literal('steer.read'), ...prompt, ...turn }),
  /** The turn ended first. */
  z.object({ kind: z.literal('steer.missed'), ...prompt, ...turn }),
  z.object({ kind: z.literal('ask.opened'), ...ask, ask: Ask, toolPartId: PartId.nullable() }),
  z.object({ kind: z.literal('ask.answered'), ...ask, answer: AskAnswer }),
  /** The agent confirmed the answer: only then it counts. */
  z.object({ kind: z.literal('ask.applied'), ...ask }),
  z.object({ kind: z.literal('ask.expired'), ...ask, reason: Reason }),
  z.object({ kind: z.literal('turn.stop_requested'), ...turn }),
  z.object({ kind: z.literal('turn.step_started'), ...turn, step: z.number().int().positive() }),
  z.object({
    kind: z.literal('turn.step_finished'),
    ...turn,
    step: z.number().int().positive(),
    tokens: Tokens,
    costUsd: z.number().nonnegative(),
    finish: line,
  }),
  z.object({
    kind: z.literal('turn.retrying'),
    ...turn,
    attempt: z.number().int().nonnegative(),
    message: line,
    nextAt: z.iso.datetime().nullable(),
  }),
  z.object({ kind: z.literal('turn.compacted'), ...turn }),
  z.object({ kind: z.literal('part.started'), ...part, part: StartedPart }),
  z.object({ kind: z.literal('part.finished'), ...part, part: FinishedPart }),
  z.object({ kind: z.literal('todo.updated'), ...turn, todos: z.array(Todo).max(200) }),
  z.object({
    kind: z.literal('diff.changed'),
    ...turn,
    baseSha: z.string().max(64),
    headSha: z.string().max(64),
    files: z.array(FileChange).max(2_000),
    /** The whole change against `baseSha` as a patch, and the commits as a git bundle. */
    patch: BlobRef.nullable(),
    bundle: BlobRef.nullable(),
    /** What this turn alone changed, as a patch against the work as the turn before left it. */
    turnPatch: BlobRef.nullable().default(null),
    turnFiles: z.array(FileChange).max(2_000).default([]),
  }),
  z.object({
    kind: z.literal('sandbox.phase'),
    epoch: Epoch,
    phase: SandboxPhase,
    isolation: Isolation.nullable(),
    reason: Reason.nullable(),
  }),
  /** Once a limit and a life, however often it ran into it. */
  z.object({ kind: z.literal('sandbox.limit_hit'), epoch: Epoch, limit: SandboxLimit }),
  z.object({ kind: z.literal('setup.log'), epoch: Epoch, text: z.string().max(9_000) }),
  z.object({
    kind: z.literal('unknown'),
    /** The kind that it said it was, if it said one. */
    was: z.string().max(200),
    error: line,
    /** Its first 2 kB. */
    preview: z.string().max(2_048),
  }),
]);
export type SessionEvent = z.infer<typeof SessionEvent>;
/** An event as a sandbox may send it: what has a default may be left out. */
export type ReportedEvent = z.input<typeof SessionEvent>;
export type EventKind = SessionEvent['kind'];
export type EventOf<K extends EventKind> = Extract<SessionEvent, { kind: K }>;
