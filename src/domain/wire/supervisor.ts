import { z } from 'zod';
import { SessionId } from '../ids';

/** Our own programs in a sandbox, all in one folder: its main process, the bridge, and what the agent loads and runs. */
export const SANDBOX_PROGRAMS = ['supervisor.mjs', 'bridge.mjs', 'plugin.mjs', 'picture.mjs'] as const;

/**
 * The environment that a provider gives to a sandbox's main process, the supervisor. The token is in no file;
 * the paths are the same in every life of a session, since the agent's history and virtual environments hold
 * absolute paths.
 */
export const SandboxEnvironment = z.object({
  DISPATCH_URL: z.url(),
  DISPATCH_SESSION: SessionId,
  DISPATCH_EPOCH: z.coerce.number().int().positive(),
  DISPATCH_TOKEN: z.string().min(16),
  /** The repository is cloned below it. */
  DISPATCH_WORKSPACE: z.string(),
  /** The bridge's own folder: outbox, agent's session id. */
  DISPATCH_STATE: z.string(),
  HOME: z.string(),
  PATH: z.string(),
});
export type SandboxEnvironment = z.infer<typeof SandboxEnvironment>;
