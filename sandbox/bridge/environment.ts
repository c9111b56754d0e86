import { SandboxEnvironment } from '@/domain/wire/supervisor';

/** What the bridge knows of where it runs. */
export interface BridgeEnvironment extends SandboxEnvironment {
  /** Where OpenCode's binary is; a name is looked up on PATH. */
  openCodeCommand: string;
}

/** Reads the environment that the supervisor passed on. Throws with every variable that is missing or wrong. */
export function readBridgeEnvironment(): BridgeEnvironment {
  const environment = SandboxEnvironment.parse(process.env);
  return { ...environment, openCodeCommand: process.env['OPENCODE_BIN'] ?? 'opencode' };
}
