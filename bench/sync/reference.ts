import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface Reference {
  url: string;
  pid: number;
  close: () => Promise<void>;
}

/** Starts the bare server as a process of its own, as the app is one. */
export async function startReference(given: {
  databaseUrl: string;
  realtime: { port: number; appId: string; key: string; secret: string };
}): Promise<Reference> {
  const { port, appId, key, secret } = given.realtime;
  const program = join(import.meta.dirname, 'reference-server.ts');
  const args = ['--import', 'tsx', program, given.databaseUrl, String(port), appId, key, secret];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer]; // a piped stream without an encoding gives buffers
  return {
    url: `http://127.0.0.1:${Number(line.toString())}`,
    pid: child.pid ?? 0,
    close: () => ended(child),
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill();
  await once(child, 'exit');
}
