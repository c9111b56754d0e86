import type { SessionEvent } from '@/domain/events/session-event';
import type { AnswerCommand, BootResponse, PromptCommand, SteerCommand } from '@/domain/wire/bridge';
import { composeSpeech, type Speech } from '../agents/opencode/speech';
import { closeOpenParts } from '../agents/opencode/translate-part';
import type { TurnOptions } from '../agents/opencode/turn-options';
import { TurnRunner } from '../agents/opencode/turn-runner';
import type { EventOutput, Output } from '../agents/opencode/turn-state';
import { INTERRUPTED, STOPPED, type TurnEnd } from '../agents/opencode/turn-verdict';
import type { Git } from '../workspace/git';
import { type Identity, setAuthor } from '../workspace/save-work';
import { WorkspaceError } from '../workspace/workspace-error';
import type { AttachmentStore } from './attachment-store';
import type { AgentKeeper, ReadyAgent } from './agent-keeper';
import { isDiskFull } from './disk-full';
import type { Journal } from './journal';
import { keepToolFiles } from './keep-tool-files';
import type { LiveText } from './live-text';
import type { Outbox } from './outbox';
import { publishChange } from './publish-change';
import type { ServerClient } from './server-client';
import { uploadBlob } from './uploads';

const DISK_FULL: TurnEnd = {
  outcome: 'failed',
  reason: {
    code: 'disk_full',
    message: 'The sandbox’s disk is full. Make room in the repository’s folder, or start a new session.',
  },
};

export interface TurnDeskOptions {
  boot: BootResponse;
  server: ServerClient;
  git: Git;
  journal: Journal;
  live: LiveText;
  outbox: Outbox;
  keeper: AgentKeeper;
  attachments: AttachmentStore;
  onLiveText: () => void;
}

/** Runs turns one after the other: hands each to the agent, tells what happens, keeps what it changed. */
export class TurnDesk {
  readonly #options: TurnDeskOptions;
  #running: { prompt: PromptCommand; runner: TurnRunner; runId: string } | null = null;

  constructor(options: TurnDeskOptions) {
    this.#options = options;
  }

  isRunning(turnId: string): boolean {
    return this.#running?.prompt.turnId === turnId;
  }

  /** Stops the running turn if it is the one that is meant. */
  stop(turnId: string): void {
    if (this.#running?.prompt.turnId === turnId) this.#running.runner.stop();
  }

  /** Says something to the running turn, if it is the one that is meant; one that is yet to begin finds it in the journal. */
  steer(command: SteerCommand): void {
    if (this.#running?.prompt.turnId === command.turnId) this.#running.runner.steer(command);
  }

  answer(command: AnswerCommand): void {
    if (this.#running?.prompt.turnId === command.turnId) this.#running.runner.answer(command);
  }

  /** Stops whatever runs. */
  stopAny(): void {
    this.#running?.runner.stop();
  }

  /** A run of the agent ended. */
  agentExited(runId: string): void {
    if (this.#running?.runId === runId) this.#running.runner.agentExited();
  }

  /** Runs a turn to its `prompt.finished`, also one that a killed bridge left behind. */
  async run(prompt: PromptCommand, agent: ReadyAgent): Promise<void> {
    const { git, journal } = this.#options;
    if (!journal.recover()) {
      this.#tellFinished(prompt, DISK_FULL);
      return;
    }
    await setAuthor(git, prompt.author);
    const runner = new TurnRunner(this.#turnOptions(prompt, agent));
    this.#running = { prompt, runner, runId: agent.runId };
    // A stop may have come, and the agent may have gone, between the last look and now.
    if (this.#options.keeper.runningId !== agent.runId) runner.agentExited();
    let end: TurnEnd;
    try {
      end = await runner.run();
    } finally {
      this.#running = null;
    }
    await this.#finish(prompt, runner, end);
  }

  /** Ends a prompt that was stopped before the agent got it. */
  finishUnrun(prompt: PromptCommand): void {
    this.#tellFinished(prompt, STOPPED);
  }

  #turnOptions(prompt: PromptCommand, agent: ReadyAgent): TurnOptions {
    const { journal, keeper, boot } = this.#options;
    const { given, turnEvents, stopped, steers, answers } = journal.state;
    const isResumed = given?.turnId === prompt.turnId;
    return {
      variant: boot.effort,
      steers: steers.filter(({ turnId }) => turnId === prompt.turnId),
      answers: answers.filter(({ turnId }) => turnId === prompt.turnId),
      prepare: (said) => this.#prepare(said),
      client: agent.client,
      sessionId: agent.sessionId,
      prompt,
      told: isResumed ? turnEvents : [],
      isResumed,
      isOrphan: isResumed && given.runId !== agent.runId,
      isStopRequested: stopped.has(prompt.turnId),
      onGive: () => journal.append({ t: 'turn', turnId: prompt.turnId, runId: agent.runId }),
      onOutput: (output) => this.#take(prompt, output),
      killAgent: () => keeper.kill(),
    };
  }

  async #take(prompt: PromptCommand, output: Output): Promise<void> {
    const { live, outbox, onLiveText } = this.#options;
    const { turnId } = prompt;
    switch (output.type) {
      case 'append':
        live.append(turnId, output.partId, output.text);
        onLiveText();
        return;
      case 'replace':
        live.replace(turnId, output.partId, output.text);
        onLiveText();
        return;
      case 'event':
        outbox.tell(await this.#withBlob(prompt, output));
        break;
    }
    // The reserve is for the turn's last words: it ends here, while they still find room.
    if (this.#options.journal.isDiskFull) this.#running?.runner.stop();
  }

  /** A long tool output, and what a tool made beside it, go to the blob store first, so that the event can name them. */
  async #withBlob({ turnId }: PromptCommand, output: EventOutput): Promise<SessionEvent> {
    const { event, overflow, files } = output;
    if (event.kind !== 'part.finished' || event.part.type !== 'tool') return event;
    const { server } = this.#options;
    const outputBlob =
      overflow === null
        ? null
        : await uploadBlob(server, {
            turnId,
            kind: 'output',
            bytes: Buffer.from(overflow.toWellFormed()),
            contentType: 'text/plain; charset=utf-8',
          });
    const { tool } = event.part;
    const attachments = files.length === 0 ? [] : await keepToolFiles(server, { turnId, tool, files });
    return { ...event, part: { ...event.part, outputBlob, attachments } };
  }

  async #prepare(said: PromptCommand | SteerCommand): Promise<Speech> {
    const { attachments, boot } = this.#options;
    return composeSpeech(said, await attachments.get(said), boot.model.acceptsImages);
  }

  async #finish(prompt: PromptCommand, runner: TurnRunner, end: TurnEnd): Promise<void> {
    const { live } = this.#options;
    const { outputs } = closeOpenParts(runner.state, {
      nowMs: Date.now(),
      why: end.outcome === 'stopped' ? '(stopped)' : '(interrupted)',
      knownText: (partId) => live.textOf(partId),
    });
    for (const output of outputs) await this.#take(prompt, output);
    const kept = await this.#keepChange(prompt);
    this.#tellFinished(prompt, this.#options.journal.isDiskFull ? DISK_FULL : (kept ?? end));
  }

  /** The change of a turn is told before its end. How the turn ended instead, when it could not be kept. */
  async #keepChange(prompt: PromptCommand): Promise<TurnEnd | null> {
    const { git, server, boot, journal, outbox } = this.#options;
    try {
      const last = journal.state.diff;
      const tell = outbox.tell.bind(outbox);
      const coAuthors = this.#coAuthors();
      await publishChange({ git, server, branch: boot.branch, prompt, coAuthors, last, tell });
      return null;
    } catch (error) {
      console.error(`bridge: the turn's change could not be kept: ${String(error)}`);
      const isFull = isDiskFull(error) || (error instanceof WorkspaceError && error.code === 'disk_full');
      if (isFull) return DISK_FULL;
      if (!(error instanceof WorkspaceError)) throw error;
      const message = `The turn’s changes could not be committed: ${error.message}`.slice(0, 2_000);
      return { outcome: 'failed', reason: { code: 'change_not_kept', message } };
    }
  }

  /** Whoever said something to the turn that the agent read. */
  #coAuthors(): Identity[] {
    const { steers, turnEvents } = this.#options.journal.state;
    const read = new Set(
      turnEvents.flatMap((event) => (event.kind === 'steer.read' ? [event.promptId] : [])),
    );
    return steers.filter(({ promptId }) => read.has(promptId)).map(({ author }) => author);
  }

  /** Ends the turn that the agent has, when nothing can be done for it any more. */
  abandon(): void {
    const { given, prompts } = this.#options.journal.state;
    const prompt = prompts.find(({ turnId }) => turnId === given?.turnId);
    if (prompt) this.#tellFinished(prompt, INTERRUPTED);
  }

  #tellFinished(prompt: PromptCommand, { outcome, reason }: TurnEnd): void {
    const { promptId, turnId } = prompt;
    const { outbox, attachments, journal } = this.#options;
    const said = journal.state.steers.filter((steer) => steer.turnId === turnId);
    attachments.forget([promptId, ...said.map((steer) => steer.promptId)]);
    outbox.tell({ kind: 'prompt.finished', promptId, turnId, outcome, reason });
  }
}
