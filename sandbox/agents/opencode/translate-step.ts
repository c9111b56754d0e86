import type { Tokens } from '@/domain/events/session-event';
import { cutText } from '@/domain/events/text-hygiene';
import type { PartOf } from './events';
import type { Telling, TurnMessage, TurnState, Usage } from './turn-state';

/** Steps in a row without a word, a thought or a tool call. A model that thinks in silence may have one or two. */
export const MAX_EMPTY_STEPS = 5;

const NOTHING: Usage = {
  tokens: { input: 0, output: 0, reasoning: 0, cacheRead: 0, cacheWrite: 0 },
  costUsd: 0,
};

/** The agent's own steps are numbered in their order; a sub-agent's are part of the step that called it. */
export function startStep(telling: Telling, part: PartOf<'step-start'>, message: TurnMessage): void {
  const { state } = telling;
  telling.set({ begunSteps: new Set([...state.begunSteps, part.id]) });
  if (message.sessionId !== state.sessionId) return;
  const steps = state.steps + 1;
  telling.set({ steps, stepOf: new Map(state.stepOf).set(part.messageID, steps) });
  if (steps > state.told.stepsStarted) {
    telling.event({ kind: 'turn.step_started', turnId: state.turnId, step: steps });
  }
}

/** Ends a step. What sub-agents used below it counts as the step's, so that a turn's steps add up to all of it. */
export function finishStep(telling: Telling, part: PartOf<'step-finish'>, message: TurnMessage): void {
  countEmpty(telling, part, message);
  const usage = usageOf(part);
  const { sessionId, childUsage } = telling.state;
  if (message.sessionId !== sessionId) {
    const known = childUsage.get(message.rootMessageId) ?? new Map<string, Usage>();
    const added = new Map(known).set(part.id, usage);
    telling.set({ childUsage: new Map(childUsage).set(message.rootMessageId, added) });
    return;
  }
  tellStep(telling, part.messageID, { usage, finish: part.reason });
}

/** The turn is over: what sub-agents used below a step that never ended is told all the same. */
export function closeSteps(telling: Telling, why: string): void {
  for (const messageId of telling.state.childUsage.keys()) {
    tellStep(telling, messageId, { usage: NOTHING, finish: why });
  }
}

function tellStep(
  telling: Telling,
  messageId: string,
  { usage, finish }: { usage: Usage; finish: string },
): void {
  const { turnId, stepOf, told, childUsage } = telling.state;
  const step = stepOf.get(messageId);
  if (step === undefined || told.stepsFinished.has(step)) return;
  const all = [...(childUsage.get(messageId)?.values() ?? [])].reduce(add, usage);
  telling.event({ kind: 'turn.step_finished', turnId, step, ...all, finish: cutText(finish, 2_000) });
}

/** OpenCode asks a model that answers nothing again without end, several times a second: somebody has to count. */
function countEmpty(telling: Telling, part: PartOf<'step-finish'>, { sessionId }: TurnMessage): void {
  const { endedSteps, emptySteps, spoke } = telling.state;
  if (endedSteps.has(part.id)) return;
  const inARow = spoke.has(part.messageID) ? 0 : (emptySteps.get(sessionId) ?? 0) + 1;
  telling.set({
    endedSteps: new Set([...endedSteps, part.id]),
    emptySteps: new Map(emptySteps).set(sessionId, inARow),
  });
}

/** Whether the agent, or one of its sub-agents, is in a loop of empty answers. */
export function isSilent({ emptySteps }: TurnState): boolean {
  return [...emptySteps.values()].some((count) => count >= MAX_EMPTY_STEPS);
}

function usageOf({ tokens, cost }: PartOf<'step-finish'>): Usage {
  const { input, output, reasoning, cache } = tokens;
  return {
    tokens: {
      input: Math.max(0, input),
      output: Math.max(0, output),
      reasoning: Math.max(0, reasoning),
      cacheRead: Math.max(0, cache.read),
      cacheWrite: Math.max(0, cache.write),
    },
    costUsd: Math.max(0, cost),
  };
}

function add(a: Usage, b: Usage): Usage {
  const sum = (of: (tokens: Tokens) => number): number => of(a.tokens) + of(b.tokens);
  return {
    tokens: {
      input: sum(({ input }) => input),
      output: sum(({ output }) => output),
      reasoning: sum(({ reasoning }) => reasoning),
      cacheRead: sum(({ cacheRead }) => cacheRead),
      cacheWrite: sum(({ cacheWrite }) => cacheWrite),
    },
    costUsd: a.costUsd + b.costUsd,
  };
}
