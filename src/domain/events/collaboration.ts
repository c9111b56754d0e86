import { z } from 'zod';
import { SessionRole } from '../access/session-role';
import { ArtifactId, BlobKey, CommentId, SessionId, UserId } from '../ids';

const line = z.string().max(2_000);

/** Where a session began that carries on the work of another. */
export const Fork = z.object({
  sessionId: SessionId,
  title: line,
  /** The last event of the other session that it knows of. */
  seq: z.number().int().nonnegative(),
});
export type Fork = z.infer<typeof Fork>;

/** What a remark is about: a line of the change, or, when null, the session. */
export const CommentPlace = z.object({
  path: z.string().min(1).max(4_096),
  /** Counted from 1, in the file as it was (`old`) or as it is now (`new`). */
  line: z.number().int().positive(),
  side: z.enum(['old', 'new']),
});
export type CommentPlace = z.infer<typeof CommentPlace>;

/** The longest remark, in UTF-16 code units. */
export const MAX_COMMENT_LENGTH = 10_000;

export const ArtifactType = z.enum(['pull_request', 'screenshot', 'video', 'preview', 'file']);
export type ArtifactType = z.infer<typeof ArtifactType>;

const artifact = {
  artifactId: ArtifactId,
  artifact: z.object({
    type: ArtifactType,
    title: line,
    mime: z.string().max(100).nullable(),
    blob: z.object({ key: BlobKey, sizeBytes: z.number().int().nonnegative() }).nullable(),
    /** Where it is, when that is elsewhere. */
    url: z.url().max(2_000).nullable(),
  }),
};
export type Artifact = z.infer<(typeof artifact)['artifact']>;

const member = { userId: UserId, name: z.string().max(200), role: SessionRole };
const spending = { spentUsd: z.number().nonnegative(), limitUsd: z.number().positive() };

/** What people do around the work of the agent, and what the session keeps account of. */
export const COLLABORATION_EVENTS = [
  /** Another session carries on from here. */
  z.object({ kind: z.literal('session.forked'), fork: Fork }),
  /** Somebody took part for the first time. */
  z.object({ kind: z.literal('member.joined'), ...member }),
  z.object({ kind: z.literal('member.role_changed'), ...member }),
  /** Somebody may see less or more than before; what they see from then on is asked for anew. */
  z.object({
    kind: z.literal('access.changed'),
    userId: UserId,
    name: z.string().max(200),
    change: z.enum(['left_team']),
  }),
  z.object({
    kind: z.literal('comment.added'),
    commentId: CommentId,
    text: z.string().max(MAX_COMMENT_LENGTH),
    on: CommentPlace.nullable(),
  }),
  z.object({ kind: z.literal('comment.resolved'), commentId: CommentId }),
  z.object({ kind: z.literal('artifact.added'), ...artifact }),
  z.object({ kind: z.literal('artifact.updated'), ...artifact }),
  /** The session's branch is at GitHub, at this commit. */
  z.object({ kind: z.literal('branch.pushed'), branch: line, headSha: z.string().max(64) }),
  z.object({
    kind: z.literal('branch.push_failed'),
    branch: line,
    reason: z.object({ code: z.string().max(64), message: line }),
  }),
  /** Null takes the limit away. */
  z.object({ kind: z.literal('budget.set'), limitUsd: z.number().positive().max(1_000_000).nullable() }),
  z.object({ kind: z.literal('budget.warned'), ...spending }),
  /** Nothing more is started until the limit is raised. */
  z.object({ kind: z.literal('budget.exhausted'), ...spending }),
] as const;
export type CollaborationEvent = z.infer<(typeof COLLABORATION_EVENTS)[number]>;

const KINDS: ReadonlySet<string> = new Set(COLLABORATION_EVENTS.map(({ shape }) => shape.kind.value));

/** Whether an event is one of people around the work, and not of the work. */
export function isCollaboration<E extends { kind: string }>(
  event: E,
): event is Extract<E, { kind: CollaborationEvent['kind'] }> {
  return KINDS.has(event.kind);
}
