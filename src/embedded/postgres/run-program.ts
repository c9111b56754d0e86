import { spawn } from 'node:child_process';

/** The user a program runs as; undefined keeps ours. */
export interface ProgramUser {
  uid: number;
  gid: number;
}

/** How a program ended and all that it printed, both streams in one. */
export interface ProgramResult {
  exitCode: number | null;
  output: string;
}

/**
 * The environment of Postgres' programs: what they need to run and nothing else. The server outlives the
 * command that started it, so it must hold no model key, and a stray PGDATA or PGPORT must not redirect it.
 */
function minimalEnvironment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'SystemRoot'];
  const entries = kept.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(entries), LC_ALL: 'C', TZ: 'UTC', NODE_ENV: 'production' };
}

/** Runs a program to its end. A program that can't be started at all rejects with the system's error. */
export async function runProgram(
  command: string,
  args: readonly string[],
  user: ProgramUser | undefined,
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      // A child that drops its rights may not be allowed to stand where we are.
      cwd: '/',
      env: minimalEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      ...user,
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', reject);
    child.once('close', (exitCode) => {
      resolve({ exitCode, output });
    });
  });
}
