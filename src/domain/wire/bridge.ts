import { z } from 'zod';
import { AskAnswer } from '../events/ask';
import { Attachment, Effort, MAX_ATTACHMENTS, RepositoryKind } from '../events/session-event';
import { AskId, Epoch, PartId, PromptId, SessionId, TurnId } from '../ids';
import { ReadCommand } from './reads';

/**
 * The frames that a sandbox's bridge and the server agree on. The bridge only dials out: one idempotent call,
 * `sync`, carries its numbered events up and its commands down.
 */

/** The most events, and the most bytes of JSON, that one sync carries. */
export const MAX_SYNC_EVENTS = 200;
export const MAX_SYNC_BYTES = 1_000_000;

/** What the agent wrote since the last delta. `offset` counts UTF-16 code units from the part's start. */
export const Delta = z.object({
  turnId: TurnId,
  partId: PartId,
  offset: z.number().int().nonnegative(),
  text: z.string().max(100_000),
});
export type Delta = z.infer<typeof Delta>;

/**
 * The part's text since the last checkpoint, to be stored; same shape and rule as a delta. A running tool's
 * last output replaces what was there instead: `isReplacement`.
 */
export const Checkpoint = Delta.extend({ isReplacement: z.boolean() });
export type Checkpoint = z.infer<typeof Checkpoint>;

/** The turn that a bridge works on, told on every sync so that a restart on either side finds it again. */
export const InFlight = z.object({ turnId: TurnId, promptId: PromptId });
export type InFlight = z.infer<typeof InFlight>;

export const SyncRequest = z.object({
  epoch: Epoch,
  /** Names the outbox that numbers these events; it outlives a killed bridge, not a lost disk. */
  bootId: z.uuid(),
  /** The number of the first event below; numbers start at 1 in an epoch and have no gaps. */
  first: z.number().int().positive(),
  /** Parsed one by one on arrival, so that a poison event is stored as `unknown` and blocks nothing. */
  events: z.array(z.unknown()).max(MAX_SYNC_EVENTS),
  deltas: z.array(Delta).max(2_000),
  checkpoints: z.array(Checkpoint).max(500),
  inFlight: InFlight.nullable(),
  /** The highest command that the bridge has taken durably; 0 for none. */
  ackedCommand: z.number().int().nonnegative(),
});
export type SyncRequest = z.infer<typeof SyncRequest>;

/** A file of a prompt. `url` answers its bytes for some minutes; it is made anew at each delivery. */
const CommandAttachment = Attachment.extend({ url: z.string().nullable() });
export type CommandAttachment = z.infer<typeof CommandAttachment>;

/** Git author, or co-author, of the commits that a turn makes. */
const Author = z.object({ name: z.string(), email: z.string() });

/**
 * What somebody says to the agent. Ids of OpenCode are time-ordered and decide what was sent already: minted once an
 * attempt, by the server.
 */
const Speech = {
  promptId: PromptId,
  turnId: TurnId,
  messageId: z.string(),
  textPartId: z.string(),
  text: z.string(),
  attachments: z.array(CommandAttachment).max(MAX_ATTACHMENTS).default([]),
  author: Author,
};

export const PromptCommand = z.object({
  type: z.literal('prompt'),
  ...Speech,
  attempt: z.number().int().positive(),
});
export type PromptCommand = z.infer<typeof PromptCommand>;

/** Said to the turn that it names while that runs; for any other it means nothing any more. */
export const SteerCommand = z.object({ type: z.literal('steer'), ...Speech });
export type SteerCommand = z.infer<typeof SteerCommand>;

export const AnswerCommand = z.object({
  type: z.literal('answer'),
  turnId: TurnId,
  askId: AskId,
  answer: AskAnswer,
});
export type AnswerCommand = z.infer<typeof AnswerCommand>;

export const BridgeCommand = z.discriminatedUnion('type', [
  PromptCommand,
  SteerCommand,
  AnswerCommand,
  ReadCommand,
  /** Names its turn and means no other. It overtakes whatever waits. */
  z.object({ type: z.literal('stop'), turnId: TurnId }),
  /** The sandbox is wanted no more: end in order. */
  z.object({ type: z.literal('shutdown') }),
]);
export type BridgeCommand = z.infer<typeof BridgeCommand>;

export const NumberedCommand = z.object({ n: z.number().int().positive(), command: BridgeCommand });
export type NumberedCommand = z.infer<typeof NumberedCommand>;

/** Without one of these a turn would never begin, go on or end: a bridge that can't read one must not go on. */
const NEEDED = new Set(['prompt', 'steer', 'answer', 'stop', 'shutdown']);

/** A command of a later server that this bridge knows nothing of, such as a new kind of look at its files. */
const LaterCommand = z.object({
  n: z.number().int().positive(),
  command: z.object({ type: z.string().refine((type) => !NEEDED.has(type)) }),
});

/** A bridge passes over what a later server has for it; whoever asked is told that nobody answered. */
const HeardCommands = z
  .array(z.union([NumberedCommand.transform((known) => [known]), LaterCommand.transform(() => [])]))
  .transform((commands): NumberedCommand[] => commands.flat());

export const SyncResponse = z.object({
  /** The highest event that is stored; everything up to it may be forgotten. */
  ack: z.number().int().nonnegative(),
  epoch: Epoch,
  /** All that this bridge has not acknowledged, oldest first. */
  commands: HeardCommands,
  /** How many people look at the session: with none, no deltas are wanted. */
  watchers: z.number().int().nonnegative(),
});
export type SyncResponse = z.infer<typeof SyncResponse>;

/** What a bridge asks for when it starts: everything about its work that is no secret of another. */
export const BootResponse = z.object({
  sessionId: SessionId,
  title: z.string(),
  repository: z.object({
    kind: RepositoryKind,
    /** The folder's name below the workspace. */
    name: z.string(),
    /** https, or a path inside the sandbox for a repository of this machine. */
    cloneUrl: z.string(),
    /** Whether cloning needs the read token that the credentials route mints on demand. */
    needsCredentials: z.boolean(),
  }),
  baseBranch: z.string(),
  /** The branch that the session works on. */
  branch: z.string(),
  model: z.object({
    /** `provider/model` as the agent is told. */
    provider: z.enum(['anthropic', 'openai', 'openai-compatible']),
    id: z.string(),
    contextTokens: z.number().int().positive(),
    outputTokens: z.number().int().positive(),
    acceptsImages: z.boolean(),
    /** Prices in US dollars per million tokens; 0 where unknown. */
    cost: z.object({
      input: z.number().nonnegative(),
      output: z.number().nonnegative(),
      cacheRead: z.number().nonnegative(),
      cacheWrite: z.number().nonnegative(),
    }),
  }),
  /** How hard the model is asked to think; null leaves it to the model. */
  effort: Effort.nullable().default(null),
  realtime: z.object({
    key: z.string(),
    host: z.string().nullable(),
    port: z.number().int().nullable(),
    useTls: z.boolean(),
    cluster: z.string(),
    channel: z.string(),
  }),
  /** What counts instead of the repository's `.dispatch/environment.json`, as text; null for the file. */
  environment: z.string().nullable().default(null),
  /** The disk is made for others to start from, so its caches are filled once the repository is set up. */
  isBuilder: z.boolean().default(false),
  /** The newest bundle of the session's work, when there is one: restored into a fresh clone. */
  bundleUrl: z.string().nullable(),
  /** What the branch is called in there: another session's, in one that was forked. */
  bundleBranch: z.string(),
  /** The disk is from before the newest bundle, which is restored over it. */
  isBundleNewer: z.boolean().default(false),
  /** What was said so far, for an agent that does not know it; empty in a first life. */
  history: z.string(),
  /** What was said since the disk was kept, for an agent that knows the rest; empty when it knows all. */
  missed: z.string().default(''),
});
export type BootResponse = z.infer<typeof BootResponse>;

/** Git credentials minted for one repository, read only, short-lived. */
export const CredentialsResponse = z.object({
  username: z.string(),
  password: z.string(),
  expiresAt: z.iso.datetime(),
});
export type CredentialsResponse = z.infer<typeof CredentialsResponse>;

/** A place to put one object, straight into the blob store. */
export const UploadRequest = z.object({
  turnId: TurnId.nullable(),
  kind: z.enum(['patch', 'bundle', 'output', 'attachment']),
  sizeBytes: z
    .number()
    .int()
    .nonnegative()
    .max(200 * 1024 * 1024),
  contentType: z.string().max(100),
});
export type UploadRequest = z.infer<typeof UploadRequest>;

export const UploadResponse = z.object({
  key: z.string(),
  url: z.string(),
  headers: z.record(z.string(), z.string()),
});
export type UploadResponse = z.infer<typeof UploadResponse>;

/** The name of the doorbell of one epoch of a session's sandbox. */
export function sandboxChannel(sessionId: SessionId, epoch: number): string {
  return `private-sandbox-${sessionId}.${epoch}`;
}

/** The event on that channel that says: commands wait, sync now. */
export const DOORBELL = 'doorbell';

/**
 * What a ring carries: commands that are small enough ride along and spare the bridge the way to the server and back.
 * Nothing depends on it; they are in the answer of every sync until they are acknowledged.
 */
export const DoorbellMessage = z.object({ commands: z.array(NumberedCommand).default([]) });
export type DoorbellMessage = z.infer<typeof DoorbellMessage>;

/** How a body of a sandbox route's error reads, whatever went wrong. */
export const WireError = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
export type WireError = z.infer<typeof WireError>;

/** Statuses after which a bridge ends: another life owns the session, or none does. */
export const FATAL_SYNC_STATUSES: ReadonlySet<number> = new Set([401, 403, 404, 409, 410]);
