import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What a running stack tells other commands of this machine. */
const StackFile = z.object({ pid: z.number().int(), url: z.string(), githubUrl: z.string() });
export type StackFile = z.infer<typeof StackFile>;

const pathIn = (dataFolder: string): string => join(dataFolder, 'stack.json');

/** The stack that runs on this data folder; undefined when none does. */
export function findRunningStack(dataFolder: string): StackFile | undefined {
  const path = pathIn(dataFolder);
  if (!existsSync(path)) return undefined;
  const parsed = StackFile.safeParse(readJson(path));
  return parsed.success && isAlive(parsed.data.pid) ? parsed.data : undefined;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    // Half a file is left when the machine went down while it was written: no stack runs then.
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process of that number which is no Node came later, after a crash.
    const command = existsSync('/proc') ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : 'node';
    return command.includes('node') || command.includes('tsx');
  } catch {
    // ESRCH, or the process ended between the two looks.
    return false;
  }
}

/** Claims the data folder for this process; `withdrawStack` gives it back. */
export function announceStack(dataFolder: string, stack: StackFile): void {
  writeFileSync(pathIn(dataFolder), `${JSON.stringify(stack)}\n`, { mode: 0o600 });
}

export function withdrawStack(dataFolder: string): void {
  rmSync(pathIn(dataFolder), { force: true });
}
