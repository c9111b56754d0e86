import type { SessionEvent } from '@/domain/events/session-event';
import type { PartId, TurnId } from '@/domain/ids';
import type { AgentError } from './events';
import { NOTHING_TOLD, tell, type Told } from './told';

/** A message of this turn. */
export interface TurnMessage {
  role: 'user' | 'assistant';
  isSummary: boolean;
  isCompleted: boolean;
  finish: string | null;
  error: AgentError | null;
  createdMs: number;
}

/** A text, thought or tool call that has not ended. */
export type OpenPart =
  | {
      type: 'text' | 'reasoning';
      messageId: string;
      text: string;
      startMs: number | null;
      /** Deltas were missed, so where the next one belongs is unknown until the part ends. */
      isGapped: boolean;
    }
  | {
      type: 'tool';
      messageId: string;
      tool: string;
      title: string;
      input: string;
      output: string;
      startMs: number;
    };

/** What the translator knows of the turn that it follows. Immutable. */
export interface TurnState {
  readonly turnId: TurnId;
  /** OpenCode's id of the session; whatever names another one is a sub-agent's and stays out. */
  readonly sessionId: string;
  /** The prompt's own message, and when OpenCode took it: what was made before is of another turn. */
  readonly promptMessageId: string;
  readonly sinceMs: number | null;
  readonly messages: ReadonlyMap<string, TurnMessage>;
  readonly open: ReadonlyMap<PartId, OpenPart>;
  /** Numbers of steps by the id of the part that begins them, in their order. */
  readonly steps: ReadonlyMap<string, number>;
  /** The step that a message is in. */
  readonly stepOf: ReadonlyMap<string, number>;
  /** An error of the session that no message carries. */
  readonly sessionError: AgentError | null;
  readonly told: Told;
}

/** One thing that the translator wants done, in order. */
export type Output =
  /** `overflow`: the whole of a tool's output when the event holds only its beginning and end. */
  | { type: 'event'; event: SessionEvent; overflow: string | null }
  | { type: 'append'; partId: PartId; text: string }
  | { type: 'replace'; partId: PartId; text: string };

export interface Translated {
  state: TurnState;
  outputs: Output[];
}

/** The state at the start of a turn, or, with what was told, after a restart in the middle of one. */
export function beginTurn(turn: {
  turnId: TurnId;
  sessionId: string;
  promptMessageId: string;
  told: readonly SessionEvent[];
}): TurnState {
  const { turnId, sessionId, promptMessageId } = turn;
  return {
    turnId,
    sessionId,
    promptMessageId,
    sinceMs: null,
    messages: new Map(),
    open: new Map(),
    steps: new Map(),
    stepOf: new Map(),
    sessionError: null,
    told: turn.told.reduce(tell, NOTHING_TOLD),
  };
}

/** Collects outputs and the state after them; what was told is never forgotten beside an event. */
export class Telling {
  state: TurnState;
  readonly outputs: Output[] = [];

  constructor(state: TurnState) {
    this.state = state;
  }

  event(event: SessionEvent, overflow: string | null = null): void {
    this.outputs.push({ type: 'event', event, overflow });
    this.state = { ...this.state, told: tell(this.state.told, event) };
  }

  set(change: Partial<TurnState>): void {
    this.state = { ...this.state, ...change };
  }

  openPart(partId: PartId, part: OpenPart): void {
    this.set({ open: new Map(this.state.open).set(partId, part) });
  }

  closePart(partId: PartId): void {
    const open = new Map(this.state.open);
    open.delete(partId);
    this.set({ open });
  }

  done(): Translated {
    return { state: this.state, outputs: this.outputs };
  }
}
