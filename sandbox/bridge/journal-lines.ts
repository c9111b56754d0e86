import { z } from 'zod';
import { parseEvent } from '@/domain/events/parse-event';
import type { EventOf, SessionEvent } from '@/domain/events/session-event';
import { Epoch, TurnId } from '@/domain/ids';
import {
  type AnswerCommand,
  BridgeCommand,
  Checkpoint,
  type PromptCommand,
  type SteerCommand,
} from '@/domain/wire/bridge';

/**
 * The lines of a bridge's journal. Whatever must outlive a killed bridge is one of these: what it took, what it
 * told, and how far the turn is. The state after a restart is the fold of the lines and nothing else.
 */
export const JournalLine = z.discriminatedUnion('t', [
  z.object({ t: z.literal('boot'), epoch: Epoch, bootId: z.uuid() }),
  z.object({ t: z.literal('event'), n: z.number().int().positive(), event: z.unknown() }),
  z.object({ t: z.literal('ack'), n: z.number().int().nonnegative() }),
  z.object({ t: z.literal('command'), n: z.number().int().positive(), command: BridgeCommand }),
  /** A turn is about to be given to this run of the agent. */
  z.object({ t: z.literal('turn'), turnId: TurnId, runId: z.uuid() }),
  /** Text of an open part, as it is about to be sent for storing. */
  z.object({ t: z.literal('text'), checkpoint: Checkpoint }),
  /** What remains of lines that were folded away. */
  z.object({
    t: z.literal('summary'),
    lastEvent: z.number().int().nonnegative(),
    lastCommand: z.number().int().nonnegative(),
    finished: z.array(TurnId),
    /** Stopped before they came. */
    stopped: z.array(TurnId),
    wasReady: z.boolean(),
    diff: z.unknown(),
  }),
]);
export type JournalLine = z.infer<typeof JournalLine>;

export interface NumberedEvent {
  n: number;
  event: SessionEvent;
}

/** A turn that was given to the agent. */
export interface GivenTurn {
  turnId: TurnId;
  /** The run of the agent that got it: another run never goes on with it. */
  runId: string;
}

export interface JournalState {
  epoch: number;
  bootId: string;
  /** Number of the newest event; the next one has the number after it. */
  lastEvent: number;
  acked: number;
  /** Not acknowledged yet, in order. */
  pending: readonly NumberedEvent[];
  lastCommand: number;
  /** Taken and not finished, in the order in which they came. */
  prompts: readonly PromptCommand[];
  /** What was said to turns that are not over, and answers to what they asked, in the order in which they came. */
  steers: readonly SteerCommand[];
  answers: readonly AnswerCommand[];
  /** Turns that somebody stopped. */
  stopped: ReadonlySet<TurnId>;
  /** Turns that ended, so that a second delivery of one is no second turn. */
  finished: ReadonlySet<TurnId>;
  given: GivenTurn | null;
  /** Everything told of the turn that runs. */
  turnEvents: readonly SessionEvent[];
  /** Checkpoints of the turn that runs. */
  texts: readonly Checkpoint[];
  wasReady: boolean;
  /** What was told last of the repository's setup. */
  setup: EventOf<'sandbox.phase'> | null;
  isShutdown: boolean;
  /** The last change that was told, to tell only another one. */
  diff: Extract<SessionEvent, { kind: 'diff.changed' }> | null;
}

export function emptyJournal(epoch: number, bootId: string): JournalState {
  return {
    epoch,
    bootId,
    lastEvent: 0,
    acked: 0,
    pending: [],
    lastCommand: 0,
    prompts: [],
    steers: [],
    answers: [],
    stopped: new Set(),
    finished: new Set(),
    given: null,
    turnEvents: [],
    texts: [],
    wasReady: false,
    setup: null,
    isShutdown: false,
    diff: null,
  };
}

/** Adds one line to the state. Pure. */
export function applyLine(state: JournalState, line: JournalLine): JournalState {
  switch (line.t) {
    case 'boot':
      return emptyJournal(line.epoch, line.bootId);
    case 'event':
      return applyEvent(state, { n: line.n, event: parseEvent(line.event) });
    case 'ack': {
      if (line.n <= state.acked) return state;
      return { ...state, acked: line.n, pending: state.pending.filter(({ n }) => n > line.n) };
    }
    case 'command':
      return applyCommand({ ...state, lastCommand: Math.max(state.lastCommand, line.n) }, line.command);
    case 'turn': {
      const { t, ...given } = line;
      return { ...state, given };
    }
    case 'text':
      return { ...state, texts: [...state.texts, line.checkpoint] };
    case 'summary': {
      const { lastEvent, lastCommand, wasReady } = line;
      const diff = line.diff === null ? null : parseEvent(line.diff);
      return {
        ...emptyJournal(state.epoch, state.bootId),
        lastEvent,
        acked: lastEvent,
        lastCommand,
        finished: new Set(line.finished),
        stopped: new Set(line.stopped),
        wasReady,
        diff: diff?.kind === 'diff.changed' ? diff : null,
      };
    }
  }
}

function applyEvent(state: JournalState, numbered: NumberedEvent): JournalState {
  const { n, event } = numbered;
  const isReplaced = n <= state.lastEvent;
  const next: JournalState = {
    ...state,
    lastEvent: Math.max(state.lastEvent, n),
    pending: isReplaced
      ? state.pending.map((item) => (item.n === n ? numbered : item))
      : [...state.pending, numbered],
    turnEvents: isReplaced ? state.turnEvents : [...state.turnEvents, event],
  };
  switch (event.kind) {
    case 'prompt.finished':
      return event.turnId === null ? next : finishTurn(next, event.turnId);
    case 'sandbox.phase':
      if (event.phase === 'setup') return { ...next, setup: event };
      return event.phase === 'ready' ? { ...next, wasReady: true } : next;
    case 'diff.changed':
      return { ...next, diff: event };
    case 'part.finished':
      return { ...next, texts: next.texts.filter((text) => text.partId !== event.partId) };
    default:
      return next;
  }
}

function finishTurn(state: JournalState, turnId: TurnId): JournalState {
  const wasGiven = state.given?.turnId === turnId;
  const isFirst = state.prompts[0]?.turnId === turnId;
  return {
    ...state,
    prompts: state.prompts.filter((prompt) => prompt.turnId !== turnId),
    steers: state.steers.filter((steer) => steer.turnId !== turnId),
    answers: state.answers.filter((answer) => answer.turnId !== turnId),
    finished: new Set([...state.finished, turnId]),
    given: wasGiven ? null : state.given,
    // A waiting prompt that is stopped ends while another turn runs, whose story goes on.
    ...(wasGiven || isFirst ? { turnEvents: [], texts: [] } : {}),
  };
}

function applyCommand(state: JournalState, command: BridgeCommand): JournalState {
  switch (command.type) {
    case 'prompt': {
      const isKnown =
        state.finished.has(command.turnId) ||
        state.prompts.some((prompt) => prompt.turnId === command.turnId);
      return isKnown ? state : { ...state, prompts: [...state.prompts, command] };
    }
    case 'stop':
      return { ...state, stopped: new Set([...state.stopped, command.turnId]) };
    case 'steer': {
      const isKnown = state.steers.some(({ messageId }) => messageId === command.messageId);
      return isKnown || !isWanted(state, command) ? state : { ...state, steers: [...state.steers, command] };
    }
    case 'answer': {
      // The first one counts: the server hands over no second.
      const isKnown = state.answers.some(({ askId }) => askId === command.askId);
      return isKnown || !isWanted(state, command)
        ? state
        : { ...state, answers: [...state.answers, command] };
    }
    // Whoever asked to see a file does not wait for a bridge that was killed meanwhile.
    case 'read':
      return state;
    case 'shutdown':
      return { ...state, isShutdown: true };
  }
}

/** What is about a turn that is over means nothing any more. */
function isWanted({ prompts }: JournalState, command: { turnId: TurnId }): boolean {
  return prompts.some(({ turnId }) => turnId === command.turnId);
}

/** The lines that stand for a state in which nothing runs, waits or is unacknowledged; null in any other. */
export function summarize(state: JournalState): JournalLine[] | null {
  const { epoch, bootId, lastEvent, lastCommand, wasReady, diff } = state;
  const isQuiet = !state.given && state.prompts.length === 0 && state.pending.length === 0;
  if (!isQuiet) return null;
  const finished = [...state.finished].slice(-MAX_REMEMBERED_TURNS);
  const stopped = [...state.stopped].filter((turnId) => !state.finished.has(turnId));
  return [
    { t: 'boot', epoch, bootId },
    { t: 'summary', lastEvent, lastCommand, finished, stopped, wasReady, diff },
  ];
}

/** A turn is delivered again only while the server waits for its acknowledgement: a few are enough. */
const MAX_REMEMBERED_TURNS = 200;
