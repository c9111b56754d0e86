import { execFileSync } from 'node:child_process';

interface Running {
  pid: number;
  parent: number;
  command: string;
}

function processes(): Running[] {
  const listed = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], {
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  });
  return listed.split('\n').flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid && parent && command ? [{ pid: Number(pid), parent: Number(parent), command }] : [];
  });
}

/** The processes below `root` whose command line fits: those that this test started, and no one else's. */
function findBelow(root: number, command: RegExp): number[] {
  const all = processes();
  const below = new Set([root]);
  for (let size = 0; size !== below.size;) {
    size = below.size;
    for (const { pid, parent } of all) if (below.has(parent)) below.add(pid);
  }
  return all
    .filter(({ pid, command: line }) => pid !== root && below.has(pid) && command.test(line))
    .map(({ pid }) => pid);
}

/** Kills them with no chance to say goodbye. Fails when there is none: a test that kills nobody shows nothing. */
export function killBelow(root: number, command: RegExp): number {
  const pids = findBelow(root, command);
  if (pids.length === 0) throw new Error(`nothing that fits ${command.source} runs below ${root}`);
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      // It went with one that was killed a moment before.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
  return pids.length;
}
