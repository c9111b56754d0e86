import { SandboxEnvironment } from '@/domain/wire/supervisor';

/** Reads the environment that the provider gave. Throws with every variable that is missing or wrong. */
export function readSandboxEnvironment(): SandboxEnvironment {
  return SandboxEnvironment.parse(process.env);
}

/** The whole of it, for children that are ours: the bridge and the model proxy. */
export function ownEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}

/** A child's whole environment, as Node's types want it: frameworks declare variables there that no child needs. */
export function childEnvironment(variables: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  // Only the types of the variables are stricter; to the operating system an environment is names and texts.
  return variables as unknown as NodeJS.ProcessEnv;
}
