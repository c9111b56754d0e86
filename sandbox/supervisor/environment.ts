import { SandboxEnvironment } from '@/domain/wire/supervisor';

/** Reads the environment that the provider gave. Throws with every variable that is missing or wrong. */
export function readSandboxEnvironment(): SandboxEnvironment {
  return SandboxEnvironment.parse(process.env);
}

/** The whole of it, for children that are ours: the bridge and the model proxy. */
export function ownEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}
