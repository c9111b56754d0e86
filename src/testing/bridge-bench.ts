import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import type { EventOf } from '@/domain/events/session-event';
import { PromptId, TurnId } from '@/domain/ids';
import { mintAgentIds } from '@/domain/session/agent-ids';
import type { BootResponse, PromptCommand, SteerCommand } from '@/domain/wire/bridge';
import { BridgeSandbox, bootFor, makeRepository, SANDBOX_TOKEN } from '@/testing/bridge-sandbox';
import { type ScriptedModel, startScriptedModel } from '@/testing/scripted-model';
import { StandInServer } from '@/testing/stand-in-server';

let prompts = 0;

/** A prompt with ids in OpenCode's form: 12 hex digits of time, then 14 characters. */
export function makePrompt(text: string): PromptCommand {
  prompts += 1;
  const id = `${(Date.now() * 0x1000 + prompts).toString(16).slice(-12)}${String(prompts).padStart(14, '0')}`;
  const uuid = (kind: string): string => `00000000-0000-4000-8${kind}-${String(prompts).padStart(12, '0')}`;
  return {
    type: 'prompt',
    promptId: PromptId.parse(uuid('001')),
    turnId: TurnId.parse(uuid('002')),
    attempt: 1,
    messageId: `msg_${id}`,
    textPartId: `prt_${id}`,
    text,
    attachments: [],
    author: { name: 'Ada', email: 'ada@example.com' },
  };
}

/** Something that is said to a turn, by somebody else than who began it. `skewMs`: how far ahead the server's clock is. */
export function makeSteer(
  { turnId }: PromptCommand,
  text: string,
  { skewMs = 0 }: { skewMs?: number } = {},
): SteerCommand {
  const promptId = PromptId.parse(randomUUID());
  const ids = mintAgentIds(Date.now() + skewMs, promptId);
  const author = { name: 'Ben', email: 'ben@example.com' };
  return { type: 'steer', promptId, turnId, ...ids, text, attachments: [], author };
}

/** One sandbox a test: real supervisor, bridge and OpenCode before a stand-in server and a scripted model. */
export class BridgeBench {
  programs = '';
  root = '';
  model!: ScriptedModel;
  server!: StandInServer;
  sandbox!: BridgeSandbox;

  /** Sets the hooks of the test file. `build` puts the two programs into a folder. */
  constructor(build: (folder: string) => Promise<void>) {
    // A turn of the real agent takes 5 seconds, and half a minute on a machine that is busy with ten others.
    vi.setConfig({ testTimeout: 180_000 });
    beforeAll(async () => {
      this.programs = mkdtempSync(join(tmpdir(), 'dispatch-programs-'));
      await build(this.programs);
      this.model = await startScriptedModel();
    });
    afterAll(async () => {
      await this.model.close();
      rmSync(this.programs, { recursive: true, force: true });
    });
    beforeEach(() => {
      this.root = BridgeSandbox.folder();
    });
    afterEach(async ({ task }) => {
      if (task.result?.state === 'fail') console.log(this.sandbox.output, this.server.events.slice(-12));
      await this.sandbox.close();
      await this.server.down();
    });
  }

  /** Starts a server that tells the bridge this, and a sandbox before it. A later epoch keeps the disk. `files`: more of the repository's. */
  async start(
    change: Partial<BootResponse> = {},
    options: {
      epoch?: number;
      env?: Readonly<Record<string, string>>;
      files?: Readonly<Record<string, string>>;
    } = {},
  ): Promise<void> {
    const { epoch = 1, env = {} } = options;
    const files = { 'README.md': 'hello\n', 'AGENTS.md': 'Always say xyzzy.\n', ...options.files };
    const origin = epoch === 1 ? makeRepository(this.root, files) : join(this.root, 'origin');
    this.server = await StandInServer.start({
      boot: bootFor(origin, change),
      epoch,
      token: SANDBOX_TOKEN,
      modelUrl: this.model.url,
    });
    const { programs, root, server } = this;
    this.sandbox = new BridgeSandbox({ programs, root, serverUrl: server.url, epoch, env });
  }

  /** Queues a prompt. */
  send(text: string): PromptCommand {
    const command = makePrompt(text);
    this.server.send(command);
    return command;
  }

  finished(command: PromptCommand): Promise<EventOf<'prompt.finished'>> {
    return this.server.untilEvent('prompt.finished', (event) => event.turnId === command.turnId);
  }

  /** Resolves when a text so far is stored that fits. */
  untilText(fits: (text: string) => boolean): Promise<string> {
    return this.server.until(() => [...this.server.partTexts.values()].find(fits));
  }

  /** The turn's texts in their order, as a reader of the log has them at the end. */
  texts(command: PromptCommand): string[] {
    return this.server
      .of('part.finished')
      .flatMap(({ turnId, part }) => (turnId === command.turnId && part.type === 'text' ? [part.text] : []));
  }

  phases(): string[] {
    return this.server.of('sandbox.phase').map(({ phase }) => phase);
  }

  /** Parts that were told to start or to end more than once: every test wants none. */
  doubled(): string[] {
    const events = [...this.server.of('part.started'), ...this.server.of('part.finished')];
    const keys = events.map((event) => `${event.kind} ${event.partId}`);
    return keys.filter((key, index) => keys.indexOf(key) !== index);
  }
}
