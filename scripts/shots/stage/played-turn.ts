import { randomBytes } from 'node:crypto';
import { BlobKey, PartId, type PromptId, type TurnId } from '@/domain/ids';
import type { FileChange, Outcome, Todo } from '@/domain/events/session-event';
import type { PlayedSession, Said } from './played-session';

const TOKENS = { input: 8_420, output: 611, reasoning: 0, cacheRead: 31_700, cacheWrite: 0 };

interface ToolCall {
  tool: string;
  title: string;
  input: object;
  output: string;
  durationMs?: number;
  isFailed?: boolean;
}

/** The running turn of a played session: what the agent thinks, does and says, step by step. */
export class PlayedTurn {
  readonly #session: PlayedSession;
  readonly turnId: TurnId;
  readonly #promptId: PromptId;
  #step = 0;

  private constructor(session: PlayedSession, running: { turnId: TurnId; promptId: PromptId }) {
    this.#session = session;
    this.turnId = running.turnId;
    this.#promptId = running.promptId;
  }

  /** The turn that runs in the session. */
  static async of(session: PlayedSession): Promise<PlayedTurn> {
    return new PlayedTurn(session, await session.running());
  }

  beginStep(): void {
    this.#step += 1;
    this.note({ kind: 'turn.step_started', turnId: this.turnId, step: this.#step });
  }

  endStep(costUsd: number): void {
    const { turnId } = this;
    const step = this.#step;
    this.note({
      ...{ kind: 'turn.step_finished', turnId, step, tokens: TOKENS, costUsd, finish: 'stop' },
    });
  }

  think(text: string, durationMs: number): void {
    const part = this.#part();
    this.note(
      { kind: 'part.started', ...part, part: { type: 'reasoning' } },
      { kind: 'part.finished', ...part, part: { type: 'reasoning', text, durationMs } },
    );
  }

  text(text: string): void {
    const part = this.#part();
    this.note(
      { kind: 'part.started', ...part, part: { type: 'text' } },
      { kind: 'part.finished', ...part, part: { type: 'text', text } },
    );
  }

  tool({ tool, title, input, output, durationMs = 40, isFailed = false }: ToolCall): PartId {
    const partId = this.startTool({ tool, title, input });
    const part = { turnId: this.turnId, partId };
    const status = isFailed ? 'error' : 'completed';
    this.note({
      ...{ kind: 'part.finished', ...part },
      part: {
        ...{ type: 'tool', tool, title, input: JSON.stringify(input), status },
        ...{ output, outputBlob: null, durationMs },
      },
    });
    return partId;
  }

  /** A tool that runs on. */
  startTool({ tool, title, input }: Omit<ToolCall, 'output'>): PartId {
    const part = this.#part();
    this.note({
      ...{ kind: 'part.started', ...part },
      part: { type: 'tool', tool, title, input: JSON.stringify(input) },
    });
    return part.partId;
  }

  /** The text so far of a part that goes on: it is stored, and whoever watches gets it at once. */
  async writeOn(text: string): Promise<{ partId: PartId; turnId: TurnId }> {
    const part = this.#part();
    this.note({ kind: 'part.started', ...part, part: { type: 'text' } });
    await this.#session.store({ ...part, offset: 0, text, isReplacement: false });
    return part;
  }

  todo(todos: Todo[]): void {
    this.note({ kind: 'todo.updated', turnId: this.turnId, todos });
  }

  async diff(patch: string, files: readonly FileChange[]): Promise<void> {
    const { key, sizeBytes } = await this.#session.upload('patch', patch);
    const sha = () => randomBytes(20).toString('hex');
    const blob = { key: BlobKey.parse(key), sizeBytes };
    this.note({
      ...{ kind: 'diff.changed', turnId: this.turnId, baseSha: sha(), headSha: sha() },
      ...{ files: [...files], patch: blob, bundle: null, turnPatch: blob, turnFiles: [...files] },
    });
  }

  async finish(outcome: Outcome, reason: { code: string; message: string } | null = null): Promise<void> {
    const { turnId } = this;
    await this.#session.say({
      ...{ kind: 'prompt.finished', promptId: this.#promptId, turnId, outcome, reason },
    });
  }

  /** Anything else that a bridge reports. */
  note(...events: Said[]): void {
    this.#session.note(...events);
  }

  #part(): { turnId: TurnId; partId: PartId } {
    return { turnId: this.turnId, partId: PartId.parse(`prt_${randomBytes(9).toString('hex')}`) };
  }
}
