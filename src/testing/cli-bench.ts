// The built `dispatch` command as a process of its own, against the server of `ApiBench`.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { PromptId, SessionId } from '@/domain/ids';
import { SessionState } from '@/domain/session/state';
import { PseudoTerminal } from './pseudo-terminal';
import { ApiBench, type PlayedBridge } from './api-bench';
import { buildCli } from '../../scripts/build-cli';

const Result = z.looseObject({
  ok: z.boolean(),
  sessionId: SessionId.optional(),
  promptId: PromptId.optional(),
});

interface CommandOptions {
  bundle: string;
  cwd: string;
  env: Record<string, string>;
  input: string;
}

/** A running `dispatch`, as a person or a script would start it. */
export class Command {
  stdout = '';
  stderr = '';
  readonly process: ChildProcessWithoutNullStreams;
  readonly exited: Promise<number | null>;
  #changed = (): void => undefined;

  constructor(words: readonly string[], { bundle, cwd, env, input }: CommandOptions) {
    this.process = spawn(process.execPath, [bundle, ...words], {
      cwd,
      env: { PATH: process.env['PATH'], HOME: cwd, NODE_ENV: 'test', ...env },
    });
    this.process.stdout.on('data', (data: Buffer) => this.#take('stdout', data));
    this.process.stderr.on('data', (data: Buffer) => this.#take('stderr', data));
    this.exited = new Promise((resolve) => this.process.on('close', resolve));
    this.process.stdin.end(input);
  }

  /** Waits until this is on standard output or error. */
  async says(text: string): Promise<void> {
    while (!`${this.stdout}${this.stderr}`.includes(text)) {
      await Promise.race([
        new Promise<void>((resolve) => (this.#changed = resolve)),
        this.exited.then(() => {
          if (!`${this.stdout}${this.stderr}`.includes(text))
            throw new Error(`it never said ${text}: ${this.stderr}`);
        }),
      ]);
    }
  }

  /** The last line of standard output, which `--json` promises. */
  result(): z.infer<typeof Result> {
    return Result.parse(JSON.parse(this.stdout.trimEnd().split('\n').at(-1) ?? ''));
  }

  /** The same, of a command that is about one prompt. */
  ids(): { sessionId: SessionId; promptId: PromptId } {
    return z.object({ sessionId: SessionId, promptId: PromptId }).parse(this.result());
  }

  #take(stream: 'stdout' | 'stderr', data: Buffer): void {
    this[stream] += data.toString();
    this.#changed();
  }
}

type TurnId = Parameters<PlayedBridge['write']>[0]['turnId'];

/** A server, and somebody with a terminal who is signed in to it. */
export class CliBench {
  readonly api: ApiBench;
  readonly folder: string;
  token = '';
  readonly #bundle: string;

  private constructor(api: ApiBench, folder: string) {
    this.api = api;
    this.folder = folder;
    this.#bundle = join(folder, 'dispatch.mjs');
  }

  static async start(databaseUrl: string): Promise<CliBench> {
    const folder = mkdtempSync(join(tmpdir(), 'dispatch-cli-'));
    const bench = new CliBench(await ApiBench.start(databaseUrl), folder);
    await buildCli(bench.#bundle);
    return bench;
  }

  async close(): Promise<void> {
    await this.api.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Somebody else, in a team of their own. */
  async signIn(): Promise<void> {
    this.api.brokenWith = null;
    ({ token: this.token } = await this.api.person('Ada'));
  }

  start(words: readonly string[], { input = '', env = {} }: Partial<CommandOptions> = {}): Command {
    return new Command(words, {
      ...{ bundle: this.#bundle, cwd: this.folder, input },
      env: { DISPATCH_SERVER: this.api.url, DISPATCH_TOKEN: this.token, ...env },
    });
  }

  /** The same in a terminal of its own, with a person's screen and keys. */
  startInTerminal(words: readonly string[], size = { columns: 80, rows: 24 }): PseudoTerminal {
    return new PseudoTerminal([process.execPath, this.#bundle, ...words], {
      ...{ cwd: this.folder, ...size },
      env: { DISPATCH_SERVER: this.api.url, DISPATCH_TOKEN: this.token },
    });
  }

  /** Runs a command to its end. */
  async run(...words: string[]): Promise<Command & { code: number | null }> {
    const command = this.start(words);
    const code = await command.exited;
    return Object.assign(command, { code });
  }

  /** A session with a prompt that runs, and the bridge that runs it. */
  async session(text = 'Write a poem') {
    const started = await this.run('run', text, '--repo', 'demo', '--detach', '--json');
    const { sessionId, promptId } = started.ids();
    return { sessionId, promptId, ...(await this.deliver(sessionId, promptId)) };
  }

  /** Has the sandbox come up and take the prompt. */
  async deliver(sessionId: SessionId, promptId: PromptId): Promise<{ bridge: PlayedBridge; turnId: TurnId }> {
    const bridge = await this.api.bridge(sessionId);
    await bridge.ready();
    const turnId = await this.runningTurn(sessionId);
    if (turnId === undefined) throw new Error('no turn runs');
    await bridge.report({ kind: 'prompt.delivered', promptId, turnId });
    return { bridge, turnId };
  }

  async runningTurn(sessionId: SessionId): Promise<TurnId | undefined> {
    const { state } = await this.api.db.session.findUniqueOrThrow({ where: { id: sessionId } });
    return SessionState.parse(state).running?.turnId;
  }
}
