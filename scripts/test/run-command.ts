import { spawn } from 'node:child_process';

/** A command of a test run. */
export interface Command {
  program: string;
  args: readonly string[];
  /** Beside this process's own variables. */
  env?: Readonly<Record<string, string>>;
  timeoutMs?: number;
  /** False keeps what it says to itself. */
  isShown?: boolean;
}

/** Runs to the end; true when it exited with 0. A program that isn't there is a false, told apart by nobody here. */
export function runCommand(command: Command): Promise<boolean> {
  const { program, args, env, timeoutMs, isShown = true } = command;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['ignore', isShown ? 'inherit' : 'ignore', isShown ? 'inherit' : 'ignore'],
      env: { ...process.env, ...env },
      ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
    });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}
