import { z } from 'zod';
import { ErrorCode } from '../errors';
import { Isolation, SandboxLimit } from '../events/session-event';

/**
 * The frames between the app and the service that really runs sandboxes on one machine. Each call is a POST of
 * JSON to `/<name>` with a bearer secret; the answer is the call's output, or an error frame with a status of 4xx
 * or 5xx.
 */

/** An absolute path without `..`, as both sides of a bind mount have to be. */
const AbsolutePath = z
  .string()
  .max(4_096)
  .regex(/^\/[^\0]*$/, 'The path is not absolute.')
  .refine((path) => !path.split('/').includes('..'), 'The path climbs out of itself.');

/** What a provider uses as a name: short, and safe as a file name. */
const Name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,95}$/);

const Labels = z.record(z.string().max(64), z.string().max(256));

const VariableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/);
const VariableValue = z
  .string()
  .max(65_536)
  .regex(/^[^\0]*$/, 'A variable can hold no zero character.');

/** What a sandbox may use; what is left out is the host's own choice. */
export const HostResources = z.object({
  memoryMiB: z.number().int().min(16).optional(),
  cpus: z.number().min(0.01).optional(),
  processes: z.number().int().min(8).optional(),
  diskMiB: z.number().int().min(1).optional(),
});
export type HostResources = z.infer<typeof HostResources>;

export const HostCreate = z.object({
  key: Name.max(63),
  from: z.discriminatedUnion('type', [
    z.object({ type: z.literal('image') }),
    z.object({ type: z.literal('snapshot'), id: Name }),
  ]),
  env: z.record(VariableName, VariableValue),
  labels: Labels,
  readOnlyFolder: z.object({ source: AbsolutePath, target: AbsolutePath }).nullable(),
  /** Null for no end. */
  lifeSeconds: z.number().positive().nullable().default(null),
  resources: HostResources.default({}),
});
export type HostCreate = z.infer<typeof HostCreate>;

export const HostCapabilities = z.object({
  isolation: Isolation,
  localRepositories: z.boolean(),
  exitSnapshot: z.boolean(),
  liveSnapshot: z.boolean(),
  forks: z.boolean(),
  limits: z.array(SandboxLimit),
  egress: z.boolean(),
  maxLifeSeconds: z.number().positive().nullable(),
});
export type HostCapabilities = z.infer<typeof HostCapabilities>;

/** Limits that it ran into so far, whether or not that ended it; absent for none. */
const LimitsHit = z.array(SandboxLimit).min(1).optional();

export const HostStatus = z.discriminatedUnion('state', [
  z.object({ state: z.literal('running'), limitsHit: LimitsHit }),
  z.object({ state: z.literal('exited'), code: z.number().int(), limitsHit: LimitsHit }),
  z.object({ state: z.literal('unknown') }),
]);
export type HostStatus = z.infer<typeof HostStatus>;

export const HostExec = z.object({
  id: Name,
  argv: z.array(z.string().max(65_536)).min(1).max(1_000),
  timeoutMs: z.number().int().positive().max(600_000),
});
export type HostExec = z.infer<typeof HostExec>;

export const HostExecResult = z.object({ code: z.number().int(), stdout: z.string(), stderr: z.string() });
export type HostExecResult = z.infer<typeof HostExecResult>;

export const HostFiles = z.object({
  id: Name,
  files: z
    .array(
      z.object({
        path: AbsolutePath,
        base64: z.base64(),
        mode: z.number().int().min(0).max(0o777),
      }),
    )
    .max(10_000),
});
export type HostFiles = z.infer<typeof HostFiles>;

/** When a sandbox will be ended at the latest; null for never. */
const End = z.object({ expiresAt: z.iso.datetime().nullable() });

/** A git repository in a folder of this machine. */
export const LocalRepository = z.object({
  defaultBranch: z.string(),
  branches: z.array(z.string()).min(1),
  /** Of the default branch. */
  headCommit: z.string(),
});
export type LocalRepository = z.infer<typeof LocalRepository>;

const Empty = z.object({});

/** A file of a repository, by its path in it. */
const RepositoryFile = z.object({
  path: z.string().max(4_096),
  branch: z.string().min(1).max(250),
  file: z
    .string()
    .max(1_000)
    .regex(/^[^\0/][^\0]*$/),
});

/** Its text, cut where it is long; null when the branch has no such file. */
export const RepositoryText = z.object({ text: z.string().nullable(), isCut: z.boolean() });
export type RepositoryText = z.infer<typeof RepositoryText>;

/** Every call of the service, by name. */
export const SANDBOX_HOST_CALLS = {
  capabilities: { input: Empty, output: HostCapabilities },
  create: { input: HostCreate, output: End.extend({ id: Name }) },
  status: { input: z.object({ id: Name }), output: HostStatus },
  list: { input: z.object({ labels: Labels }), output: z.object({ ids: z.array(Name) }) },
  exec: { input: HostExec, output: HostExecResult },
  'write-files': { input: HostFiles, output: Empty },
  expose: {
    input: z.object({ id: Name, port: z.number().int().min(1).max(65_535) }),
    output: z.object({ url: z.url() }),
  },
  snapshot: {
    input: z.object({
      id: Name,
      ttlSeconds: z.number().positive().nullable(),
      timeoutMs: z.number().int().positive(),
    }),
    output: z.object({ snapshot: Name }),
  },
  extend: { input: z.object({ id: Name, until: z.iso.datetime() }), output: End },
  terminate: {
    input: z.object({ id: Name, keep: z.boolean() }),
    output: z.object({ snapshot: Name.nullable() }),
  },
  'drop-snapshot': { input: z.object({ id: Name }), output: Empty },
  'inspect-repository': { input: z.object({ path: z.string().max(4_096) }), output: LocalRepository },
  'read-repository-file': { input: RepositoryFile, output: RepositoryText },
} as const;

export type SandboxHostCall = keyof typeof SANDBOX_HOST_CALLS;
export type SandboxHostInput<Call extends SandboxHostCall> = z.input<
  (typeof SANDBOX_HOST_CALLS)[Call]['input']
>;
export type SandboxHostOutput<Call extends SandboxHostCall> = z.output<
  (typeof SANDBOX_HOST_CALLS)[Call]['output']
>;

export const SandboxHostError = z.object({
  error: z.object({
    code: ErrorCode,
    message: z.string(),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  }),
});
export type SandboxHostError = z.infer<typeof SandboxHostError>;

/** How a sandbox ended that nobody had asked to end. */
export const SandboxExit = z.object({
  /** Exit status of its main process; 128 plus the number of a signal. */
  code: z.number().int(),
  labels: Labels,
  /** The limit that it ended of, as far as the host can tell. */
  limit: SandboxLimit.nullable(),
  /** The end of what it printed, for people, and a sentence about the limit. */
  lastOutput: z.string(),
});
export type SandboxExit = z.infer<typeof SandboxExit>;
