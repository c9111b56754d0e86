import type { Ask } from '@/domain/events/ask';
import type { AskId } from '@/domain/ids';
import {
  describePermission,
  describeQuestions,
  type PendingAsks,
  type PermissionAsk,
  type QuestionAsk,
} from './asks';
import { openAsks } from './told';
import { isOfTurn, Telling, type Translated, type TurnState } from './turn-state';

/** Tells what the agent, or one of its sub-agents, wants of people. */
export function translatePermission(telling: Telling, ask: PermissionAsk): void {
  open(telling, ask, describePermission(ask));
}

export function translateQuestion(telling: Telling, ask: QuestionAsk): void {
  open(telling, ask, describeQuestions(ask));
}

function open(telling: Telling, asked: PermissionAsk | QuestionAsk, ask: Ask | null): void {
  const { turnId, told, calls } = telling.state;
  const { id: askId } = asked;
  if (!ask || told.asks.has(askId) || !isOfTurn(telling.state, asked.sessionID)) return;
  const toolPartId = asked.tool ? (calls.get(asked.tool.callID) ?? null) : null;
  telling.event({ kind: 'ask.opened', turnId, askId, ask, toolPartId });
}

/** OpenCode has an answer, whoever gave it. */
export function translateAnswered(telling: Telling, askId: AskId): void {
  const { turnId, told } = telling.state;
  if (!told.asks.has(askId) || told.asksApplied.has(askId)) return;
  telling.event({ kind: 'ask.applied', turnId, askId });
}

/**
 * Brings asks into line with what OpenCode waits for at this moment. OpenCode keeps asks of turns that were stopped:
 * one counts only while its tool call runs in this turn.
 */
export function translatePending(state: TurnState, pending: PendingAsks): Translated {
  const telling = new Telling(state);
  const waiting = new Set([...pending.permissions, ...pending.questions].map(({ id }) => id));
  for (const askId of openAsks(state.told)) if (!waiting.has(askId)) translateAnswered(telling, askId);
  for (const ask of pending.permissions) if (isAlive(state, ask)) translatePermission(telling, ask);
  for (const ask of pending.questions) if (isAlive(state, ask)) translateQuestion(telling, ask);
  return telling.done();
}

function isAlive({ messages, calls, told }: TurnState, { tool }: PermissionAsk | QuestionAsk): boolean {
  if (!tool) return true;
  const partId = calls.get(tool.callID);
  return messages.has(tool.messageID) && !(partId && told.finished.has(partId));
}
