import { readdirSync, readFileSync } from 'node:fs';

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // It ended between two looks, or belongs to somebody else.
    return '';
  }
}

/** The processes of this machine. Linux only. */
function allPids(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid));
}

function parentOf(pid: number): number {
  const stat = read(pid, 'stat');
  // The name in parentheses may hold anything; the parent is the second field after it.
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? Number.NaN);
}

export function childrenOf(pid: number): number[] {
  return allPids().filter((child) => parentOf(child) === pid);
}

/** Processes that were started with this variable and whose command line fits. */
export function findMarked(variable: string, command: RegExp): number[] {
  return allPids().filter(
    (pid) =>
      command.test(read(pid, 'cmdline').replaceAll('\0', ' ')) &&
      read(pid, 'environ').split('\0').includes(variable),
  );
}

/** Sends a signal to each; how many were still there. Numbers that mean a group, or everybody, are no processes. */
export function signal(pids: readonly number[], name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): number {
  let reached = 0;
  for (const pid of pids.filter((each) => each > 1)) {
    try {
      process.kill(pid, name);
      reached += 1;
    } catch (error) {
      // ESRCH: it went with one that was met a moment before.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
  return reached;
}
