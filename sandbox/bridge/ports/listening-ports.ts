import { readdir, readFile, readlink } from 'node:fs/promises';

/** A socket that listens, in the kernel's tables. */
const LISTENING = '0A';

/**
 * The ports at which programs of this sandbox listen. On one machine the network is shared with everything else that
 * runs there, so a port counts only when a process with this sandbox's home holds it, and not one of Dispatch's own.
 */
export async function listeningPorts(home: string): Promise<Set<number>> {
  const byInode = await listeners();
  const ports = new Set<number>();
  if (byInode.size === 0) return ports;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    for (const port of await portsOf(pid, { home, byInode })) ports.add(port);
  }
  return ports;
}

async function portsOf(
  pid: string,
  { home, byInode }: { home: string; byInode: ReadonlyMap<string, number> },
): Promise<number[]> {
  try {
    const environment = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0');
    if (!environment.includes(`HOME=${home}`)) return [];
    const isOwn = environment.some((variable) => variable.startsWith('DISPATCH_TOKEN='));
    if (isOwn || isAgent(await readFile(`/proc/${pid}/cmdline`, 'utf8'))) return [];
    const found: number[] = [];
    for (const fd of await readdir(`/proc/${pid}/fd`)) {
      const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(goneIsEmpty);
      const port = byInode.get(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? '');
      if (port !== undefined) found.push(port);
    }
    return found;
  } catch (error) {
    goneIsEmpty(error);
    return [];
  }
}

/** OpenCode's own server. */
function isAgent(commandLine: string): boolean {
  const words = commandLine.split('\0');
  return words.includes('serve') && words.includes('--print-logs');
}

/** What ended meanwhile, or is another user's, is none of ours. */
function goneIsEmpty(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(String(code))) return '';
  throw error;
}

async function listeners(): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(table, 'utf8').catch(goneIsEmpty);
    for (const line of text.split('\n').slice(1)) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      const port = Number.parseInt(local?.split(':')[1] ?? '', 16);
      if (state === LISTENING && inode !== undefined && port > 0) found.set(inode, port);
    }
  }
  return found;
}
