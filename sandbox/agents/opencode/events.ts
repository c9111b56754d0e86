import { z } from 'zod';
import { AskId, PartId } from '@/domain/ids';
import { PermissionAsk, QuestionAsk } from './asks';

/** The events and messages of OpenCode 1.18.33, as far as a turn is made of them. Field names are OpenCode's. */

const Time = z.object({ start: z.number(), end: z.number().optional() });

const TokenCounts = z.object({
  input: z.number(),
  output: z.number(),
  reasoning: z.number(),
  cache: z.object({ read: z.number(), write: z.number() }),
});

const partBase = { id: z.string(), messageID: z.string(), sessionID: z.string() };

/** `sessionId`: the conversation of the sub-agent that a `task` call started or went on with. */
const ToolMetadata = z
  .object({
    output: z.string().optional().catch(undefined),
    sessionId: z.string().optional().catch(undefined),
  })
  .optional()
  .catch(undefined);

/** A file that a tool hands to the model, its bytes as a data URL. */
const ToolFile = z.object({ mime: z.string(), url: z.string(), filename: z.string().optional() });
export type ToolFile = z.infer<typeof ToolFile>;

const ToolState = z.discriminatedUnion('status', [
  z.object({ status: z.literal('pending') }),
  z.object({
    status: z.literal('running'),
    input: z.unknown(),
    title: z.string().optional(),
    metadata: ToolMetadata,
    time: z.object({ start: z.number() }),
  }),
  z.object({
    status: z.literal('completed'),
    input: z.unknown(),
    output: z.string(),
    title: z.string(),
    metadata: ToolMetadata,
    time: z.object({ start: z.number(), end: z.number() }),
    attachments: z.array(ToolFile).optional().catch(undefined),
  }),
  z.object({
    status: z.literal('error'),
    input: z.unknown(),
    error: z.string(),
    metadata: ToolMetadata,
    time: z.object({ start: z.number(), end: z.number() }),
  }),
]);
export type ToolState = z.infer<typeof ToolState>;

const KnownPart = z.discriminatedUnion('type', [
  z.object({ ...partBase, type: z.literal('text'), text: z.string(), time: Time.optional() }),
  z.object({ ...partBase, type: z.literal('reasoning'), text: z.string(), time: Time.optional() }),
  z.object({
    ...partBase,
    type: z.literal('tool'),
    tool: z.string(),
    callID: z.string(),
    state: ToolState,
  }),
  z.object({ ...partBase, type: z.literal('step-start') }),
  z.object({
    ...partBase,
    type: z.literal('step-finish'),
    reason: z.string(),
    cost: z.number(),
    tokens: TokenCounts,
  }),
]);
export type KnownPart = z.infer<typeof KnownPart>;
export type PartOf<T extends KnownPart['type']> = Extract<KnownPart, { type: T }>;

/** Parts that say nothing a reader of the session misses. */
const QUIET_PARTS = ['patch', 'snapshot', 'compaction', 'file', 'agent', 'subtask', 'retry'] as const;
const QuietPart = z.object({ ...partBase, type: z.enum(QUIET_PARTS) });

/** A part of a kind that came after this version, or whose shape changed. */
const OtherPart = z.object({ ...partBase, type: z.string() });

export type OpenCodePart =
  | { is: 'known'; part: KnownPart }
  | { is: 'quiet' }
  | { is: 'other'; part: z.infer<typeof OtherPart>; raw: unknown };

const Part = z.unknown().transform((raw, context): OpenCodePart => {
  const known = KnownPart.safeParse(raw);
  if (known.success) return { is: 'known', part: known.data };
  if (QuietPart.safeParse(raw).success) return { is: 'quiet' };
  const other = OtherPart.safeParse(raw);
  if (other.success) return { is: 'other', part: other.data, raw };
  context.addIssue('not a part');
  return z.NEVER;
});

/** An error as OpenCode reports it, on a session or on a message. */
export const AgentError = z.object({
  name: z.string(),
  data: z
    .object({
      message: z.string().optional().catch(undefined),
      statusCode: z.number().optional().catch(undefined),
      responseBody: z.string().optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});
export type AgentError = z.infer<typeof AgentError>;

export const MessageInfo = z.object({
  id: z.string(),
  sessionID: z.string(),
  role: z.enum(['user', 'assistant']),
  parentID: z.string().optional(),
  /** True for the answer that a compaction is made of. */
  summary: z.unknown().optional(),
  finish: z.string().optional(),
  error: AgentError.optional(),
  time: z.object({ created: z.number(), completed: z.number().optional() }),
});
export type MessageInfo = z.infer<typeof MessageInfo>;

/** One element of `GET /session/:id/message`. */
export const StoredMessage = z.object({ info: MessageInfo, parts: z.array(Part) });
export type StoredMessage = z.infer<typeof StoredMessage>;

export const SessionStatus = z.discriminatedUnion('type', [
  z.object({ type: z.literal('idle') }),
  z.object({ type: z.literal('busy') }),
  z.object({
    type: z.literal('retry'),
    attempt: z.number().int(),
    message: z.string(),
    next: z.number().optional(),
  }),
]);
export type SessionStatus = z.infer<typeof SessionStatus>;

const sessionID = z.string();
const frame = <T extends string, P extends z.ZodType>(type: T, properties: P) =>
  z.object({ type: z.literal(type), properties });

export const OpenCodeEvent = z.discriminatedUnion('type', [
  frame('session.status', z.object({ sessionID, status: SessionStatus })),
  frame('session.error', z.object({ sessionID: sessionID.optional(), error: AgentError.optional() })),
  frame('message.updated', z.object({ info: MessageInfo })),
  frame('message.part.updated', z.object({ part: Part })),
  frame(
    'message.part.delta',
    z.object({ sessionID, messageID: z.string(), partID: PartId, field: z.string(), delta: z.string() }),
  ),
  frame('permission.asked', PermissionAsk),
  frame('permission.replied', z.object({ sessionID, requestID: AskId })),
  frame('question.asked', QuestionAsk),
  frame('question.replied', z.object({ sessionID, requestID: AskId })),
  frame('question.rejected', z.object({ sessionID, requestID: AskId })),
]);
export type OpenCodeEvent = z.infer<typeof OpenCodeEvent>;

/** Types of events that say nothing new: their content comes with another event or is not shown. */
const NOISE: ReadonlySet<string> = new Set([
  'server.connected',
  'server.heartbeat',
  'server.instance.disposed',
  'session.created',
  'session.updated',
  'session.deleted',
  'session.diff',
  'session.idle',
  'session.compacted',
  'message.removed',
  'message.part.removed',
  'permission.updated',
  'todo.updated',
  'file.edited',
  'file.watcher.updated',
  'vcs.branch.updated',
  'command.executed',
  'pty.created',
  'pty.updated',
  'pty.exited',
  'pty.deleted',
  'plugin.added',
  'catalog.updated',
  'integration.updated',
  'reference.updated',
  'project.updated',
  'installation.updated',
  'installation.update-available',
  'lsp.updated',
  'lsp.client.diagnostics',
  'mcp.tools.changed',
]);

export type ParsedEvent =
  | { is: 'event'; event: OpenCodeEvent }
  | { is: 'noise' }
  /** Of a kind or shape that this version of the bridge does not know; `sessionID` if it names one. */
  | { is: 'unknown'; type: string; sessionID: string | null; raw: unknown };

const AnyFrame = z.object({
  type: z.string(),
  properties: z
    .object({ sessionID: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

/** Reads one frame of `GET /event`. Never throws. */
export function parseOpenCodeEvent(raw: unknown): ParsedEvent {
  const any = AnyFrame.safeParse(raw);
  const type = any.success ? any.data.type : '';
  if (NOISE.has(type)) return { is: 'noise' };
  const known = OpenCodeEvent.safeParse(raw);
  if (known.success) return { is: 'event', event: known.data };
  return { is: 'unknown', type, sessionID: any.data?.properties?.sessionID ?? null, raw };
}
