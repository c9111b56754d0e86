import type { Isolation } from '@/domain/events/session-event';

/** A sandbox as its provider names it. */
export interface SandboxRef {
  provider: string;
  id: string;
}

/** What a provider can and can't do; what is missing is said on screen. */
export interface SandboxCapabilities {
  isolation: Isolation;
  /** A repository may be a folder of the machine that the app runs on. */
  localRepositories: boolean;
  /** `terminate({ keep: true })` keeps the disk as a snapshot to start from. */
  exitSnapshot: boolean;
}

export interface CreateSandbox {
  /** Idempotency key, unique among running sandboxes: `s-<session>-<epoch>`, under 64 characters. */
  key: string;
  from: { type: 'image' } | { type: 'snapshot'; id: string };
  /** The supervisor's environment; secrets of this sandbox only. */
  env: Record<string, string>;
  labels: Record<string, string>;
  /** A folder of this machine that the sandbox may read, with `localRepositories`. */
  readOnlyFolder?: { source: string; target: string };
}

export type SandboxStatus =
  | { state: 'running' }
  | { state: 'exited'; code: number }
  /** The provider does not know it (any more). */
  | { state: 'unknown' };

export interface ExecResult {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * Where sandboxes live. Every call has a deadline of its own and may be repeated: creating by the same key
 * answers the running sandbox, ending what has ended is no error. Errors are `AppError('sandbox_unavailable')`.
 */
export interface SandboxProvider {
  readonly kind: string;
  capabilities(): Promise<SandboxCapabilities>;
  create(spec: CreateSandbox): Promise<SandboxRef>;
  status(ref: SandboxRef): Promise<SandboxStatus>;
  /** Running sandboxes that carry all the labels. */
  list(labels: Record<string, string>): Promise<SandboxRef[]>;
  /** Runs a command inside, output up to 1 MB; for diagnosis and tests, never on a prompt's way. */
  exec(ref: SandboxRef, argv: string[], options?: { timeoutMs?: number }): Promise<ExecResult>;
  /** Ends it with all its processes; with `keep` its disk stays as a snapshot, where that is possible. */
  terminate(ref: SandboxRef, options?: { keep?: boolean }): Promise<{ snapshot: string | null }>;
  dropSnapshot(id: string): Promise<void>;
}
