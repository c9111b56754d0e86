import { SandboxEnvironment } from '@/domain/wire/supervisor';

/** What the bridge knows of where it runs. */
export interface BridgeEnvironment extends SandboxEnvironment {
  /** Where OpenCode's binary is; a name is looked up on PATH. */
  openCodeCommand: string;
  /** What the image says of its programs, for the agent. */
  imageVariables: Readonly<Record<string, string>>;
}

/** Nothing else of this environment is the agent's to see: it holds the sandbox's token. */
const IMAGE_VARIABLES = ['CHROMIUM_PATH', 'PLAYWRIGHT_BROWSERS_PATH', 'DISPATCH_PLAYWRIGHT'];

/** Reads the environment that the supervisor passed on. Throws with every variable that is missing or wrong. */
export function readBridgeEnvironment(): BridgeEnvironment {
  const environment = SandboxEnvironment.parse(process.env);
  const imageVariables = IMAGE_VARIABLES.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...environment,
    openCodeCommand: process.env['OPENCODE_BIN'] ?? 'opencode',
    imageVariables: Object.fromEntries(imageVariables),
  };
}
