import { unknownEvent } from '@/domain/events/parse-event';
import { PartId } from '@/domain/ids';
import type { KnownPart, OpenCodeEvent, OpenCodePart, ParsedEvent, StoredMessage } from './events';
import { retryKey } from './told';
import { translateAnswered, translatePermission, translateQuestion } from './translate-ask';
import { translatePart } from './translate-part';
import { noteCompaction, noteSteers, rememberMessage, rememberTask } from './turn-messages';
import { isOfTurn, Telling, type Translated, type TurnState } from './turn-state';

/**
 * Turns one event of OpenCode into what a session's log and its watchers hear. A pure fold: the same events,
 * repeated or read again from OpenCode's store, add nothing.
 */
export function translate(state: TurnState, parsed: ParsedEvent): Translated {
  switch (parsed.is) {
    case 'noise':
      return { state, outputs: [] };
    case 'unknown':
      return parsed.sessionID === state.sessionId
        ? tellUnknown(state, `opencode event ${parsed.type}`, parsed.raw)
        : { state, outputs: [] };
    case 'event':
      return translateEvent(state, parsed.event);
  }
}

/**
 * Brings the state up to what OpenCode has stored of the agent and its sub-agents, each after the one that called it.
 * Of a text that is still being written OpenCode stores nothing, so one that is first met here shows its text when it
 * ends.
 */
export function translateStored(state: TurnState, messages: readonly StoredMessage[]): Translated {
  const telling = new Telling(state);
  const prompt = messages.find(({ info }) => info.id === state.promptMessageId);
  if (prompt) rememberMessage(telling, prompt.info);
  for (const { info, parts } of messages) {
    rememberMessage(telling, info);
    for (const part of parts) rememberPart(telling, part);
  }
  noteSteers(telling);
  for (const part of inOrder(messages)) readPart(telling, part, { isStored: true });
  for (const { info } of messages) noteCompaction(telling, info);
  return telling.done();
}

/** OpenCode's ids grow with time, so this is the order in which the parts were begun, whoever began them. */
function inOrder(messages: readonly StoredMessage[]): OpenCodePart[] {
  const parts = messages.flatMap((message) => message.parts);
  const idOf = (part: OpenCodePart): string => (part.is === 'quiet' ? '' : part.part.id);
  return parts.sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
}

/** After a time without a connection: of open parts deltas may have been missed. */
export function markGap(state: TurnState): TurnState {
  const open = new Map(state.open);
  for (const [partId, part] of open) if (part.type !== 'tool') open.set(partId, { ...part, isGapped: true });
  return { ...state, open };
}

function translateEvent(state: TurnState, event: OpenCodeEvent): Translated {
  const telling = new Telling(state);
  switch (event.type) {
    case 'message.updated':
      rememberMessage(telling, event.properties.info);
      noteSteers(telling);
      noteCompaction(telling, event.properties.info);
      break;
    case 'message.part.updated':
      rememberPart(telling, event.properties.part);
      readPart(telling, event.properties.part, { isStored: false });
      break;
    case 'message.part.delta':
      appendDelta(telling, event.properties);
      break;
    case 'session.status':
      if (isOfTurn(state, event.properties.sessionID)) noteRetry(telling, event.properties.status);
      break;
    case 'session.error':
      noteError(telling, event.properties);
      break;
    case 'permission.asked':
      translatePermission(telling, event.properties);
      break;
    case 'question.asked':
      translateQuestion(telling, event.properties);
      break;
    case 'permission.replied':
    case 'question.replied':
    case 'question.rejected':
      translateAnswered(telling, event.properties.requestID);
      break;
  }
  return telling.done();
}

function noteError(
  telling: Telling,
  { sessionID, error }: Extract<OpenCodeEvent, { type: 'session.error' }>['properties'],
): void {
  if (!error || (sessionID !== undefined && sessionID !== telling.state.sessionId)) return;
  telling.set({ sessionError: error });
}

/** What a part says of the turn as a whole, whether or not it is told. */
function rememberPart(telling: Telling, given: OpenCodePart): void {
  if (given.is !== 'known') return;
  const { part } = given;
  if (!telling.state.messages.has(part.messageID)) return;
  if (part.type === 'tool') {
    const partId = PartId.parse(part.id);
    const { calls } = telling.state;
    if (!calls.has(part.callID)) telling.set({ calls: new Map(calls).set(part.callID, partId) });
    rememberTask(telling, part);
  }
  if (saysSomething(part)) noteSpeech(telling, part.messageID);
}

function saysSomething(part: KnownPart): boolean {
  return part.type === 'tool' || ((part.type === 'text' || part.type === 'reasoning') && part.text !== '');
}

function noteSpeech(telling: Telling, messageId: string): void {
  const { spoke } = telling.state;
  if (!spoke.has(messageId)) telling.set({ spoke: new Set([...spoke, messageId]) });
}

function readPart(telling: Telling, part: OpenCodePart, how: { isStored: boolean }): void {
  if (part.is === 'quiet') return;
  const message = telling.state.messages.get(part.part.messageID);
  // A prompt's own text is no answer; a message not heard of yet is read from the store later.
  if (message?.role !== 'assistant') return;
  if (part.is === 'known') {
    translatePart(telling, part.part, { ...how, message });
    return;
  }
  const { state, outputs } = tellUnknown(
    telling.state,
    `opencode part ${part.part.type} ${part.part.id}`,
    part.raw,
  );
  telling.set(state);
  telling.outputs.push(...outputs);
}

function appendDelta(
  telling: Telling,
  { partID: partId, field, delta }: Extract<OpenCodeEvent, { type: 'message.part.delta' }>['properties'],
): void {
  const part = telling.state.open.get(partId);
  if (!part || part.type === 'tool' || field !== 'text' || part.isGapped) return;
  telling.openPart(partId, { ...part, text: part.text + delta });
  // A part is told of when it has its first character: models open some that stay empty.
  const parentPartId = telling.state.messages.get(part.messageId)?.parentPartId ?? null;
  telling.start(partId, { type: part.type }, parentPartId);
  telling.outputs.push({ type: 'append', partId, text: delta });
}

function noteRetry(
  telling: Telling,
  status: Extract<OpenCodeEvent, { type: 'session.status' }>['properties']['status'],
): void {
  if (status.type !== 'retry') return;
  const nextAt = status.next === undefined ? null : new Date(status.next).toISOString();
  const retry = { attempt: Math.max(0, status.attempt), nextAt };
  if (telling.state.told.lastRetry === retryKey(retry)) return;
  const message = status.message.slice(0, 2_000);
  telling.event({ kind: 'turn.retrying', turnId: telling.state.turnId, ...retry, message });
}

function tellUnknown(state: TurnState, was: string, raw: unknown): Translated {
  const telling = new Telling(state);
  if (!state.told.unknown.has(was)) {
    telling.event({ ...unknownEvent(raw, 'OpenCode said something that this version does not know.'), was });
  }
  return telling.done();
}
