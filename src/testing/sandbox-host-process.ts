import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { SANDBOX_PROGRAMS } from '@/domain/wire/supervisor';
import { SandboxExit } from '@/domain/wire/sandbox-host';
import { removeTree } from '@/embedded/sandboxes/disk';
import { type SandboxMode, type SandboxTools } from '@/embedded/sandboxes/wall';
import { STAND_IN_SUPERVISOR } from './sandbox-lifeline';

const Message = z.union([
  z.object({ url: z.url(), notice: z.string() }),
  z.object({ failure: z.string() }),
  z.object({ exitOf: z.string(), exit: SandboxExit }),
]);

/** Programs for sandboxes whose main process is the stand-in; the agent's are not needed. */
export async function standInTools(folder: string): Promise<SandboxTools> {
  await mkdir(folder, { recursive: true });
  for (const name of SANDBOX_PROGRAMS) await writeFile(join(folder, name), '');
  await writeFile(join(folder, 'supervisor.mjs'), STAND_IN_SUPERVISOR);
  const node = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url));
  return { node, opencode: '/bin/true', rg: '/bin/true', supervisor: folder };
}

/** A sandbox host in a process of its own, which can be killed as a crash would. */
export class SandboxHostProcess {
  readonly secret = 'a secret of the test';
  readonly folder: string;
  url = '';
  notice = '';
  private readonly mode: SandboxMode;
  private child: ChildProcess | null = null;
  private readonly exits = new Map<string, SandboxExit>();
  private readonly waiting = new Map<string, (exit: SandboxExit) => void>();

  private constructor(mode: SandboxMode, folder: string) {
    this.mode = mode;
    this.folder = folder;
  }

  static async start(mode: SandboxMode): Promise<SandboxHostProcess> {
    const host = new SandboxHostProcess(mode, await mkdtemp(join(tmpdir(), 'dispatch-host-')));
    await host.launch(0);
    return host;
  }

  get dataDir(): string {
    return join(this.folder, 'data');
  }

  /** kill -9, then a new one on the same data and port. */
  async restart(): Promise<void> {
    await this.kill();
    await this.launch(Number(new URL(this.url).port));
  }

  async stop(): Promise<void> {
    await this.kill();
    await removeTree(this.folder);
  }

  exitOf(id: string): Promise<SandboxExit> {
    const exit = this.exits.get(id);
    if (exit !== undefined) return Promise.resolve(exit);
    return new Promise((resolve) => this.waiting.set(id, resolve));
  }

  async kill(): Promise<void> {
    if (this.child === null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
    this.child = null;
  }

  private async launch(port: number): Promise<void> {
    const tools = await standInTools(join(this.folder, 'tools'));
    const { dataDir, secret, mode } = this;
    const main = fileURLToPath(new URL('./sandbox-host-main.ts', import.meta.url));
    const child = fork(main, [JSON.stringify({ dataDir, secret, mode, port, tools })], {
      execArgv: ['--import', 'tsx'],
    });
    this.child = child;
    await new Promise<void>((resolve, reject) => {
      child.once('exit', () => reject(new Error('The sandbox host ended.')));
      child.on('message', (raw) => {
        const message = Message.parse(raw);
        if ('failure' in message) reject(new Error(message.failure));
        else if ('exitOf' in message) this.hear(message.exitOf, message.exit);
        else {
          Object.assign(this, message);
          resolve();
        }
      });
    });
  }

  private hear(id: string, exit: SandboxExit): void {
    this.exits.set(id, exit);
    this.waiting.get(id)?.(exit);
  }
}
