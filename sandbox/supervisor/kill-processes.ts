import { readdirSync, readFileSync } from 'node:fs';

/** The code of a failed system call, such as `ENOENT`; undefined for any other error. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Signals every process of a group that a child of ours leads. A group that is gone is no error. */
export function killGroup(leaderPid: number, signal: NodeJS.Signals): void {
  kill(-leaderPid, signal);
}

/**
 * Kills whatever still carries the variable in its environment. Agents start shells in sessions of their own,
 * which a signal to the agent's group never reaches and which outlive it. Without /proc nothing is found.
 * Answers how many there were.
 */
export function killMarked(variable: string, value: string): number {
  const mark = `${variable}=${value}`;
  const marked = processIds().filter((pid) => pid !== process.pid && environmentOf(pid).includes(mark));
  for (const pid of marked) kill(pid, 'SIGKILL');
  return marked.length;
}

function processIds(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    // It ended meanwhile, or belongs to another user: in both cases it is not one of ours to kill.
    return [];
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}
