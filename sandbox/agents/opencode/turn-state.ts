import type { FinishedPart, SessionEvent, StartedPart, Tokens } from '@/domain/events/session-event';
import type { PartId, PromptId, TurnId } from '@/domain/ids';
import type { AgentError, ToolFile } from './events';
import { NOTHING_TOLD, tell, type Told } from './told';

/** A message of this turn, of the agent itself or of a sub-agent. */
export interface TurnMessage {
  sessionId: string;
  role: 'user' | 'assistant';
  /** What an answer answers. */
  parentId: string | null;
  isSummary: boolean;
  isCompleted: boolean;
  finish: string | null;
  error: AgentError | null;
  createdMs: number;
  /** The `task` call whose sub-agent it is of; null for the agent itself. */
  parentPartId: PartId | null;
  /** The agent's own message below which it happened; itself for the agent's own. */
  rootMessageId: string;
}

/** A call of the `task` tool: from then on the sub-agent's conversation is worked on for it. */
export interface TaskCall {
  partId: PartId;
  /** The message that holds the call. */
  messageId: string;
  startMs: number;
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

/** What one call of the model used. */
export interface Usage {
  tokens: Tokens;
  costUsd: number;
}

/** What the translator knows of the turn that it follows. Immutable. */
export interface TurnState {
  readonly turnId: TurnId;
  /** OpenCode's id of the session; sub-agents have sessions of their own. */
  readonly sessionId: string;
  /** The prompt's own message, and when OpenCode took it: what was made before is of another turn. */
  readonly promptMessageId: string;
  readonly sinceMs: number | null;
  readonly messages: ReadonlyMap<string, TurnMessage>;
  readonly open: ReadonlyMap<PartId, OpenPart>;
  /** Ids of the parts that begin steps. */
  readonly begunSteps: ReadonlySet<string>;
  /** How many steps of the agent's own began, and which of them a message is in. */
  readonly steps: number;
  readonly stepOf: ReadonlyMap<string, number>;
  /** The calls that each sub-agent's session was worked on for, in their order. */
  readonly tasks: ReadonlyMap<string, readonly TaskCall[]>;
  /** What sub-agents used, by the agent's own message below which they worked and the part that says it. */
  readonly childUsage: ReadonlyMap<string, ReadonlyMap<string, Usage>>;
  /** Tool parts by the id that the model gave the call. */
  readonly calls: ReadonlyMap<string, PartId>;
  /** Messages that hold a word, a thought or a tool call. */
  readonly spoke: ReadonlySet<string>;
  /** Ends of steps that were counted, and how many in a row were empty, by session. */
  readonly endedSteps: ReadonlySet<string>;
  readonly emptySteps: ReadonlyMap<string, number>;
  /** What was said to the running turn, by OpenCode's id of the message. */
  readonly steers: ReadonlyMap<string, PromptId>;
  /** An error of the session that no message carries. */
  readonly sessionError: AgentError | null;
  readonly told: Told;
}

/** One thing that the translator wants done, in order. */
export type Output =
  | EventOutput
  | { type: 'append'; partId: PartId; text: string }
  | { type: 'replace'; partId: PartId; text: string };

export interface EventOutput {
  type: 'event';
  event: SessionEvent;
  /** The whole of a tool's output when the event holds only its beginning and end. */
  overflow: string | null;
  /** What a tool made beside its output, to be stored and named in the event. */
  files: readonly ToolFile[];
}

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
    begunSteps: new Set(),
    steps: 0,
    stepOf: new Map(),
    tasks: new Map(),
    childUsage: new Map(),
    calls: new Map(),
    spoke: new Set(),
    endedSteps: new Set(),
    emptySteps: new Map(),
    steers: new Map(),
    sessionError: null,
    told: turn.told.reduce(tell, NOTHING_TOLD),
  };
}

/** Whether a session is the agent's own or that of one of the turn's sub-agents. */
export function isOfTurn({ sessionId, tasks }: TurnState, other: string): boolean {
  return other === sessionId || tasks.has(other);
}

/** Collects outputs and the state after them; what was told is never forgotten beside an event. */
export class Telling {
  state: TurnState;
  readonly outputs: Output[] = [];

  constructor(state: TurnState) {
    this.state = state;
  }

  event(event: SessionEvent, extra: Partial<Pick<EventOutput, 'overflow' | 'files'>> = {}): void {
    this.outputs.push({ type: 'event', event, overflow: null, files: [], ...extra });
    this.state = { ...this.state, told: tell(this.state.told, event) };
  }

  /** Tells that a part began, unless that was told. */
  start(partId: PartId, part: StartedPart, parentPartId: PartId | null): void {
    const { turnId, told } = this.state;
    if (!told.started.has(partId)) this.event({ kind: 'part.started', turnId, partId, parentPartId, part });
  }

  /** Tells how a part ended that was told to have begun. */
  finish(
    partId: PartId,
    part: FinishedPart,
    extra: Partial<Pick<EventOutput, 'overflow' | 'files'>> = {},
  ): void {
    const { turnId, told } = this.state;
    const parentPartId = told.started.get(partId)?.parentPartId ?? null;
    this.event({ kind: 'part.finished', turnId, partId, parentPartId, part }, extra);
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
