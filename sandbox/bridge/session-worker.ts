import type { SessionEvent } from '@/domain/events/session-event';
import type { BootResponse, NumberedCommand, PromptCommand } from '@/domain/wire/bridge';
import { slimStore } from '../agents/opencode/slim-store';
import type { Git } from '../workspace/git';
import { AgentKeeper } from './agent-keeper';
import { Alarm } from './alarm';
import { AttachmentStore } from './attachment-store';
import type { BridgeEnvironment } from './environment';
import { explainStart } from './explain-start';
import type { Journal } from './journal';
import type { LiveText } from './live-text';
import type { Outbox } from './outbox';
import { prepareWorkspace, sessionGit } from './prepare-workspace';
import type { ServerClient } from './server-client';
import { SetupStep } from './setup-step';
import { TurnDesk } from './turn-desk';

export interface WorkerOptions {
  environment: BridgeEnvironment;
  boot: BootResponse;
  server: ServerClient;
  journal: Journal;
  live: LiveText;
  outbox: Outbox;
  onLiveText: () => void;
}

type Phase = Extract<SessionEvent, { kind: 'sandbox.phase' }>;

/**
 * The session's work, from an empty disk to the last prompt: repository, agent, and then one turn after the
 * other. Stops are heard at any time, whatever it is busy with.
 */
export class SessionWorker {
  readonly #options: WorkerOptions;
  readonly #keeper: AgentKeeper;
  readonly #git: Git;
  readonly #setup: SetupStep;
  readonly #desk: TurnDesk;
  readonly #attachments: AttachmentStore;
  readonly #wake = new Alarm();
  #isEnding = false;

  constructor(options: WorkerOptions) {
    this.#options = options;
    const { environment, boot, server, journal, live, outbox, onLiveText } = options;
    this.#git = sessionGit(environment, boot);
    this.#keeper = new AgentKeeper(environment, (runId) => this.#onAgentExit(runId));
    this.#setup = new SetupStep({ environment, journal, outbox, git: this.#git, boot });
    const keeper = this.#keeper;
    this.#attachments = new AttachmentStore(environment.HOME);
    const attachments = this.#attachments;
    this.#desk = new TurnDesk({
      ...{ boot, server, git: this.#git, journal, live, outbox, keeper, attachments, onLiveText },
    });
    this.#fetchFiles();
  }

  /** Resolves when the sandbox is wanted no more, or could not be made ready. */
  async run(): Promise<void> {
    await this.#keeper.connect();
    try {
      // A bridge that was killed while it came to its end has nothing left to prepare.
      if (!this.#options.journal.state.isShutdown) await this.#prepare();
      await this.#work();
      await this.#quiesce();
    } catch (error) {
      console.error('bridge:', error);
      this.#desk.abandon();
      this.#tellPhase('failed', explainStart(error));
    } finally {
      this.#keeper.kill();
      this.#setup.end();
    }
  }

  /** Commands that were just taken. Stops come first, whatever came before them; answers and steers wait for nothing. */
  onCommands(commands: readonly NumberedCommand[]): void {
    for (const { command } of commands) if (command.type === 'stop') this.#stop(command.turnId);
    for (const { command } of commands) {
      switch (command.type) {
        case 'answer':
          this.#desk.answer(command);
          break;
        case 'steer':
          this.#desk.steer(command);
          break;
        case 'shutdown':
          this.end();
          break;
        case 'prompt':
        case 'read':
        case 'stop':
          break;
      }
    }
    this.#fetchFiles();
    this.#wake.ring();
  }

  /** Files of whatever was said and is not over are fetched at once: their addresses are good for minutes. */
  #fetchFiles(): void {
    const { prompts, steers } = this.#options.journal.state;
    for (const said of [...prompts, ...steers]) this.#attachments.begin(said);
  }

  #stop(turnId: string): void {
    const waiting = this.#waiting().find((prompt) => prompt.turnId === turnId);
    if (waiting) this.#desk.finishUnrun(waiting);
    else this.#desk.stop(turnId);
  }

  /** Ends in order: the running turn is stopped and its work kept. */
  end(): void {
    this.#isEnding = true;
    this.#setup.stop();
    this.#desk.stopAny();
    this.#wake.ring();
  }

  /** The supervisor is gone, so the agent has nobody who would end it. */
  orphaned(): void {
    this.#keeper.killOurselves();
    this.#setup.end();
  }

  async #prepare(): Promise<void> {
    const { environment, boot, server, journal } = this.#options;
    await prepareWorkspace({
      environment,
      boot,
      server,
      git: this.#git,
      onClone: () => {
        this.#setup.forget();
        this.#tellPhase('cloning', null);
      },
      onSwitched: (changed) => this.#setup.forgetIfOutdated(changed),
    });
    await this.#setup.run();
    if (this.#isEnding) return;
    if (this.#keeper.runningId === null && !journal.state.wasReady) this.#tellPhase('agent_starting', null);
    await this.#ensureAgent();
  }

  /** The agent, with the phase that says it is there (again). */
  async #ensureAgent() {
    const { boot, journal } = this.#options;
    const before = this.#keeper.runningId;
    const agent = await this.#keeper.ensure(this.#setup.withNews(boot), this.#git.folder);
    if (!journal.state.wasReady) this.#tellPhase('ready', null);
    else if (agent.runId !== before) this.#tellPhase('agent_restarted', null);
    return agent;
  }

  async #work(): Promise<void> {
    const { journal } = this.#options;
    while (!this.#isEnding && !journal.state.isShutdown) {
      const [prompt] = journal.state.prompts;
      if (prompt) await this.#runPrompt(prompt);
      else if (this.#keeper.runningId === null) await this.#ensureAgent();
      else await this.#wake.sleep(60_000);
    }
  }

  /** Leaves the disk as the next life wants to find it: no agent, and no more of its store than is needed. */
  async #quiesce(): Promise<void> {
    const { environment, journal } = this.#options;
    if (!journal.state.isShutdown) {
      this.#tellPhase('ended', null);
      return;
    }
    await this.#keeper.stop();
    try {
      await slimStore(environment.HOME);
    } catch (error) {
      // A larger disk is the worst that comes of it.
      console.error(`bridge: OpenCode's store is kept as it is: ${String(error)}`);
    }
    this.#tellPhase('snapshotting', null);
  }

  async #runPrompt(prompt: PromptCommand): Promise<void> {
    const { given, stopped } = this.#options.journal.state;
    const wasGiven = given?.turnId === prompt.turnId;
    if (stopped.has(prompt.turnId) && !wasGiven) {
      this.#desk.finishUnrun(prompt);
      return;
    }
    await this.#desk.run(prompt, await this.#ensureAgent());
  }

  /** Taken, and not the one that the agent has. */
  #waiting(): PromptCommand[] {
    const { prompts, given } = this.#options.journal.state;
    return prompts.filter(({ turnId }) => turnId !== given?.turnId && !this.#desk.isRunning(turnId));
  }

  #onAgentExit(runId: string): void {
    this.#desk.agentExited(runId);
    this.#wake.ring();
  }

  #tellPhase(phase: Phase['phase'], reason: Phase['reason']): void {
    const { environment, outbox } = this.#options;
    const epoch = environment.DISPATCH_EPOCH;
    outbox.tell({ kind: 'sandbox.phase', epoch, phase, isolation: null, reason });
  }
}
