/** The parts of Modal's messages that the stand-in reads, as the SDK's encoders name them. */

export interface SecretSource {
  env?: { contents: Record<string, string> };
}

export interface SandboxDefinition {
  entrypointArgs: string[];
  imageId: string;
  timeoutSecs: number;
  workdir?: string;
  name?: string;
  networkAccess?: { networkAccessType: number; allowedCidrs: string[]; allowedDomains: string[] };
  resources?: { milliCpu: number; milliCpuMax: number; memoryMb: number; memoryMbMax: number };
  experimentalOptionsV2: Record<string, string>;
}

export interface Tag {
  tagName: string;
  tagValue: string;
}

export interface CreateRequest {
  appId: string;
  definition: SandboxDefinition;
  tags: Tag[];
  secretSources: SecretSource[];
}

export interface ExecStartRequest {
  taskId: string;
  execId: string;
  commandArgs: string[];
  timeoutSecs?: number;
  secretSources: SecretSource[];
}

export interface ExecRequest {
  taskId: string;
  execId: string;
}

export interface SandboxResult {
  status: number;
  exitcode: number;
}

/** How a sandbox ended, in the numbers of Modal's `GenericStatus`. */
export const RESULT = { success: 1, failure: 2, terminated: 3, timeout: 4 } as const;

/** Statuses of gRPC that the stand-in answers with. */
export const STATUS = {
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  resourceExhausted: 8,
  failedPrecondition: 9,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;
