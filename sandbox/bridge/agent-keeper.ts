import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { BootResponse } from '@/domain/wire/bridge';
import { OpenCodeClient, OpenCodeError } from '../agents/opencode/client';
import { prepareLaunch } from '../agents/opencode/launch';
import { killGroup, killMarked } from '../supervisor/kill-processes';
import { AGENT_RUN_VARIABLE, type RunningAgent } from '../supervisor/messages';
import { pause } from './alarm';
import { attachmentFolder } from './attachment-store';
import type { BridgeEnvironment } from './environment';
import { proxyUrl, readProxyAddress } from './model-proxy/address-file';
import { gitCredentialSettings } from './model-proxy/git-credentials';
import { SupervisorLink } from './supervisor-link';
import { steadyMs } from '../steady-clock';

const START_ATTEMPTS = 3;
/** From process to first answer OpenCode takes 2 to 4 seconds on a quiet machine. */
const HEALTHY_WITHIN_MS = 60_000;
const PROXY_WITHIN_MS = 20_000;

/** An agent that answers, with the conversation that belongs to the session. */
export interface ReadyAgent {
  runId: string;
  client: OpenCodeClient;
  sessionId: string;
}

/** OpenCode's session of this one, and the epoch in which it was told what it did not know. */
const Conversation = z.object({ sessionId: z.string(), toldIn: z.number().int().default(0) });
type Conversation = z.infer<typeof Conversation>;

/** The agent does not start, whatever is tried. */
export class AgentStartError extends Error {}

/** Keeps OpenCode running and knows its conversation, also across restarts of bridge, agent and sandbox. */
export class AgentKeeper {
  readonly #environment: BridgeEnvironment;
  readonly #onExit: (runId: string) => void;
  readonly #link: SupervisorLink;
  #running: RunningAgent | null = null;
  #ready: ReadyAgent | null = null;
  readonly #onceGone: (() => void)[] = [];

  constructor(environment: BridgeEnvironment, onExit: (runId: string) => void) {
    this.#environment = environment;
    this.#onExit = onExit;
    this.#link = new SupervisorLink((runId, detail) => this.#exited(runId, detail));
  }

  /** Asks the supervisor whether an agent runs. Once, before anything else. */
  async connect(): Promise<void> {
    this.#running = await this.#link.hello();
  }

  get runningId(): string | null {
    return this.#running?.runId ?? null;
  }

  /** The agent, started if there is none. Errors: AgentStartError. */
  async ensure(boot: BootResponse, folder: string): Promise<ReadyAgent> {
    if (this.#ready) return this.#ready;
    let problem = '';
    for (let attempt = 1; attempt <= START_ATTEMPTS; attempt += 1) {
      try {
        const running = this.#running ?? (await this.#start(boot, folder));
        const client = new OpenCodeClient(running);
        await this.#waitUntilHealthy(running.runId, client);
        const sessionId = await this.#conversation(client, boot);
        this.#ready = { runId: running.runId, client, sessionId };
        return this.#ready;
      } catch (error) {
        if (!(error instanceof OpenCodeError || error instanceof AgentStartError)) throw error;
        problem = error.message;
        console.error(`bridge: the agent did not start: ${problem}`);
        this.kill();
      }
    }
    throw new AgentStartError(problem);
  }

  /** Ends the agent with everything that it started. */
  kill(): void {
    if (this.#running) this.#link.stopAgent(this.#running.runId);
  }

  /** Ends it, and resolves when it is gone: its files are nobody's then. */
  async stop(): Promise<void> {
    if (!this.#running) return;
    const gone = new Promise<void>((resolve) => this.#onceGone.push(resolve));
    this.kill();
    await gone;
  }

  /** The same without the supervisor's help. */
  killOurselves(): void {
    if (!this.#running) return;
    killGroup(this.#running.pid, 'SIGKILL');
    killMarked(AGENT_RUN_VARIABLE, this.#running.runId);
  }

  #exited(runId: string, detail: string): void {
    if (this.#running?.runId !== runId) return;
    console.error(`bridge: the agent ${detail}`);
    this.#running = null;
    this.#ready = null;
    for (const resolve of this.#onceGone.splice(0)) resolve();
    this.#onExit(runId);
  }

  async #start(boot: BootResponse, folder: string): Promise<RunningAgent> {
    const { HOME: home, PATH: path, openCodeCommand: command, imageVariables } = this.#environment;
    const modelUrl = await this.#modelUrl();
    const { needsCredentials, cloneUrl } = boot.repository;
    const launch = prepareLaunch({
      command,
      folder,
      home,
      path,
      imageVariables,
      plugin: join(dirname(process.argv[1] ?? '.'), 'plugin.mjs'),
      port: await freePort(),
      password: randomBytes(24).toString('base64url'),
      modelUrl,
      gitSettings: needsCredentials ? gitCredentialSettings(cloneUrl, modelUrl) : {},
      model: boot.model,
      effort: boot.effort,
      openFolders: [attachmentFolder(home), tmpdir()],
    });
    const result = await this.#link.startAgent(randomUUID(), launch);
    if (!result.ok) throw new AgentStartError(`OpenCode ${result.detail}`);
    this.#running = result.agent;
    return result.agent;
  }

  async #modelUrl(): Promise<string> {
    const deadlineMs = steadyMs() + PROXY_WITHIN_MS;
    for (;;) {
      const address = readProxyAddress(this.#environment.DISPATCH_STATE);
      if (address && (await isListening(proxyUrl(address)))) return proxyUrl(address);
      if (steadyMs() > deadlineMs) throw new AgentStartError('the model proxy does not come up');
      await pause(50);
    }
  }

  async #waitUntilHealthy(runId: string, client: OpenCodeClient): Promise<void> {
    const deadlineMs = steadyMs() + HEALTHY_WITHIN_MS;
    while (!(await client.isHealthy())) {
      if (this.#running?.runId !== runId) throw new AgentStartError('OpenCode ended while it started');
      if (steadyMs() > deadlineMs) throw new AgentStartError('OpenCode does not answer');
      await pause(50);
    }
    await client.warm();
  }

  /** The conversation of earlier lives when OpenCode still has it, else a new one that is told of them. */
  async #conversation(client: OpenCodeClient, boot: BootResponse): Promise<string> {
    const known = this.#readConversation();
    if (known !== null && (await client.hasSession(known.sessionId))) {
      await this.#tellMissed(client, known, boot);
      return known.sessionId;
    }
    const created = await client.createSession(boot.title === '' ? 'Dispatch' : boot.title);
    if (boot.history !== '') await client.inform(created, boot.history);
    this.#writeConversation({ sessionId: created, toldIn: this.#environment.DISPATCH_EPOCH });
    return created;
  }

  /** What was said since the disk was kept that this conversation is from; once in a life. */
  async #tellMissed(client: OpenCodeClient, known: Conversation, boot: BootResponse): Promise<void> {
    const epoch = this.#environment.DISPATCH_EPOCH;
    if (boot.missed === '' || known.toldIn === epoch) return;
    await client.inform(known.sessionId, boot.missed);
    this.#writeConversation({ ...known, toldIn: epoch });
  }

  #writeConversation(conversation: Conversation): void {
    const file = this.#conversationFile();
    writeFileSync(`${file}.next`, JSON.stringify(conversation), { mode: 0o600 });
    renameSync(`${file}.next`, file);
  }

  #readConversation(): Conversation | null {
    try {
      const read: unknown = JSON.parse(readFileSync(this.#conversationFile(), 'utf8'));
      return Conversation.parse(read);
    } catch {
      // None yet, or none that can be read: then OpenCode gets a new one.
      return null;
    }
  }

  #conversationFile(): string {
    return join(this.#environment.DISPATCH_STATE, 'conversation.json');
  }
}

/** A port that was free a moment ago; if another program takes it first, OpenCode ends and is started anew. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      // A listening TCP server always has an address of this kind.
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Whether somebody answers there at all: the address may be one of an earlier life. */
async function isListening(url: string): Promise<boolean> {
  try {
    await fetch(`${new URL(url).origin}/`, { signal: AbortSignal.timeout(500) });
    return true;
  } catch {
    // Nobody listens there yet, which is what was asked.
    return false;
  }
}
