import { z } from 'zod';

/** A conversation with an agent on a repository. */
export const SessionId = z.uuid().brand<'SessionId'>();
export type SessionId = z.infer<typeof SessionId>;

/** What a person asked, however often it is attempted. */
export const PromptId = z.uuid().brand<'PromptId'>();
export type PromptId = z.infer<typeof PromptId>;

/** One run of the agent on a prompt: a retry is a new turn. */
export const TurnId = z.uuid().brand<'TurnId'>();
export type TurnId = z.infer<typeof TurnId>;

/** One text, thought or tool call of a turn, named by the agent. */
export const PartId = z.string().min(1).max(128).brand<'PartId'>();
export type PartId = z.infer<typeof PartId>;

/** Made by the client, so that the same command sent twice is one command. */
export const CommandId = z.uuid().brand<'CommandId'>();
export type CommandId = z.infer<typeof CommandId>;

/** A question or a request for permission, as the agent names it. */
export const AskId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/)
  .brand<'AskId'>();
export type AskId = z.infer<typeof AskId>;

/** A remark of a person's, made by their client. */
export const CommentId = z.uuid().brand<'CommentId'>();
export type CommentId = z.infer<typeof CommentId>;

/** A thing that a session made, under the name that it has for people. */
export const ArtifactId = z
  .string()
  .regex(/^[a-z0-9]{1,64}$/)
  .brand<'ArtifactId'>();
export type ArtifactId = z.infer<typeof ArtifactId>;

export const UserId = z.string().min(1).max(64).brand<'UserId'>();
export type UserId = z.infer<typeof UserId>;

/** A token of a person's, as it is listed; not the token itself. */
export const TokenId = z.uuid().brand<'TokenId'>();
export type TokenId = z.infer<typeof TokenId>;

export const TeamId = z.uuid().brand<'TeamId'>();
export type TeamId = z.infer<typeof TeamId>;

export const RepositoryId = z.uuid().brand<'RepositoryId'>();
export type RepositoryId = z.infer<typeof RepositoryId>;

/** The key of an object in the blob store, `<session>/<kind>/<name>`. */
export const BlobKey = z
  .string()
  // No part may be `.` or `..`, so that a key can never climb out of the folder that stands for the store.
  .regex(/^[a-z0-9-]+(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+){1,5}$/)
  .max(256)
  .brand<'BlobKey'>();
export type BlobKey = z.infer<typeof BlobKey>;

/** One life of a sandbox; 0 before the first. Only the newest may write. */
export const Epoch = z.number().int().nonnegative();
export type Epoch = z.infer<typeof Epoch>;
