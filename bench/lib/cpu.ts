import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second. */
const TICKS = 100;

/** Processor time of all that descends from a process, in seconds; without the process itself. Linux only. */
export function cpuSecondsOf(rootPid: number): number {
  const children = new Map<number, number[]>();
  const ticks = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const fields = statOf(Number(name));
    if (!fields) continue;
    children.set(fields.parent, [...(children.get(fields.parent) ?? []), Number(name)]);
    ticks.set(Number(name), fields.ticks);
  }
  const below = (pid: number): number =>
    (children.get(pid) ?? []).reduce((sum, child) => sum + (ticks.get(child) ?? 0) + below(child), 0);
  return below(rootPid) / TICKS;
}

/** Null for a process that is gone already. */
function statOf(pid: number): { parent: number; ticks: number } | null {
  try {
    // After the name in brackets: state, parent, …, and at 11 and 12 the time in user and system mode.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return null;
    throw error;
  }
}
