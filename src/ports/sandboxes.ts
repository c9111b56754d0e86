import type { Isolation, SandboxLimit } from '@/domain/events/session-event';

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
  /** `snapshot` keeps the disk of a sandbox that runs on. */
  liveSnapshot: boolean;
  /** Several sandboxes may start from one snapshot at once, each at the same absolute paths. */
  forks: boolean;
  /** What `create`'s resources really hold it to. */
  limits: readonly SandboxLimit[];
  /** `create` can say where a sandbox may connect to. */
  egress: boolean;
  /** The longest life that a sandbox may ask for; null for no end. */
  maxLifeSeconds: number | null;
}

/** What a sandbox may use; what is left out is the provider's own choice. */
export interface SandboxResources {
  memoryMiB?: number;
  /** Processor cores, parts of one too. */
  cpus?: number;
  processes?: number;
  diskMiB?: number;
}

/** Where a sandbox may connect to. */
export type Egress = { type: 'open' } | { type: 'none' } | { type: 'domains'; domains: readonly string[] };

export interface CreateSandbox {
  /** Idempotency key, unique among running sandboxes: `s-<session>-<epoch>`, under 64 characters. */
  key: string;
  from: { type: 'image' } | { type: 'snapshot'; id: string };
  /** The supervisor's environment; secrets of this sandbox only. */
  env: Record<string, string>;
  labels: Record<string, string>;
  /** A folder of this machine that the sandbox may read, with `localRepositories`. */
  readOnlyFolder?: { source: string; target: string };
  /** The provider ends it then at the latest; at most its `maxLifeSeconds`. */
  lifeSeconds?: number;
  resources?: SandboxResources;
  /** Open unless said otherwise. */
  egress?: Egress;
}

/** A sandbox that runs, and when its provider will end it; null for never. */
export interface CreatedSandbox extends SandboxRef {
  expiresAt: Date | null;
}

/** What became of a disk that was to be kept. */
export interface KeptDisk {
  snapshot: string | null;
  /** Not known yet: the same call later answers it. */
  isPending: boolean;
}

/**
 * Why a provider refused, as `details.why` of its `sandbox_unavailable`: whoever starts sandboxes has another way out of
 * each. `quota`, `connection` and `timeout` pass; `credentials` want an administrator; what is gone stays gone.
 */
export const SANDBOX_REFUSALS = [
  'quota',
  'credentials',
  'timeout',
  'connection',
  'image_gone',
  'snapshot_gone',
  'not_supported',
] as const;
export type SandboxRefusal = (typeof SANDBOX_REFUSALS)[number];

/** `limitsHit`: limits that it ran into so far, whether or not that ended it; absent for none or not known. */
export type SandboxStatus =
  | { state: 'running'; limitsHit?: readonly SandboxLimit[] | undefined }
  | { state: 'exited'; code: number; limitsHit?: readonly SandboxLimit[] | undefined }
  /** The provider does not know it (any more). */
  | { state: 'unknown' };

export interface ExecResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** A file to be written into a sandbox. */
export interface SandboxFile {
  path: string;
  data: Uint8Array;
  /** Permission bits; 0o644 unless said otherwise. */
  mode?: number;
}

/** Where a port of a sandbox answers. To let somebody in is more than to reach it: only the bridge's listener checks who comes. */
export interface ExposedPort {
  url: string;
  headers: Record<string, string>;
  /** The same as `headers` for a browser, which follows an address and can't set any. */
  query: Record<string, string>;
}

/**
 * Where sandboxes live. Every call has a deadline of its own and may be repeated: creating by the same key
 * answers the running sandbox, ending what has ended is no error. Errors are `AppError('sandbox_unavailable')`, with
 * a `SandboxRefusal` as `details.why` where the provider said one.
 */
export interface SandboxProvider {
  readonly kind: string;
  capabilities(): Promise<SandboxCapabilities>;
  create(spec: CreateSandbox): Promise<CreatedSandbox>;
  status(ref: SandboxRef): Promise<SandboxStatus>;
  /** Running sandboxes that carry all the labels. */
  list(labels: Record<string, string>): Promise<SandboxRef[]>;
  /** Runs a command inside, output up to 1 MB; for diagnosis and tests, never on a prompt's way. */
  exec(ref: SandboxRef, argv: string[], options?: { timeoutMs?: number }): Promise<ExecResult>;
  /** Writes files inside, each at its absolute path; folders on the way are made. */
  writeFiles(ref: SandboxRef, files: readonly SandboxFile[]): Promise<void>;
  /** Where a port of a running sandbox answers, and what a request needs to be let in. */
  expose(ref: SandboxRef, port: number): Promise<ExposedPort>;
  /** Keeps the disk of a sandbox that runs on: consistent as after a crash. `ttlSeconds` null for no end. */
  snapshot(
    ref: SandboxRef,
    options: { timeoutMs: number; ttlSeconds: number | null },
  ): Promise<{ snapshot: string }>;
  /** Asks for more time; answers when it will end now, which may be earlier than asked. */
  extend(ref: SandboxRef, until: Date): Promise<Date | null>;
  /** Ends it with all its processes; with `keep` its disk stays as a snapshot without an end, where that is possible. */
  terminate(ref: SandboxRef, options?: { keep?: boolean }): Promise<KeptDisk>;
  dropSnapshot(id: string): Promise<void>;
}
