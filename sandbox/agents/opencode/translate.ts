import { unknownEvent } from '@/domain/events/parse-event';
import type { MessageInfo, OpenCodeEvent, OpenCodePart, ParsedEvent, StoredMessage } from './events';
import { translatePart } from './translate-part';
import { retryKey } from './told';
import { Telling, type Translated, type TurnState } from './turn-state';

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
 * Brings the state up to what OpenCode has stored. Of a text that is still being written OpenCode stores nothing,
 * so one that is first met here shows its text when it ends.
 */
export function translateStored(state: TurnState, messages: readonly StoredMessage[]): Translated {
  const telling = new Telling(state);
  const prompt = messages.find(({ info }) => info.id === state.promptMessageId);
  if (prompt) rememberMessage(telling, prompt.info);
  for (const { info } of messages) rememberMessage(telling, info);
  for (const { parts } of messages) {
    for (const part of parts) readPart(telling, part, { isStored: true });
  }
  for (const { info } of messages) noteCompaction(telling, info);
  return telling.done();
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
      noteCompaction(telling, event.properties.info);
      break;
    case 'message.part.updated':
      readPart(telling, event.properties.part, { isStored: false });
      break;
    case 'message.part.delta':
      appendDelta(telling, event.properties);
      break;
    case 'session.status':
      if (event.properties.sessionID === state.sessionId) noteRetry(telling, event.properties.status);
      break;
    case 'session.error': {
      const { sessionID, error } = event.properties;
      if (error && (sessionID === undefined || sessionID === state.sessionId)) {
        telling.set({ sessionError: error });
      }
      break;
    }
    case 'permission.asked':
    case 'question.asked':
      // The runner answers them; the configuration leaves nothing to ask.
      break;
  }
  return telling.done();
}

function rememberMessage(telling: Telling, info: MessageInfo): void {
  const { state } = telling;
  if (info.sessionID !== state.sessionId) return;
  const sinceMs = info.id === state.promptMessageId ? info.time.created : state.sinceMs;
  if (sinceMs === null || info.time.created < sinceMs) return;
  telling.set({
    sinceMs,
    messages: new Map(state.messages).set(info.id, {
      role: info.role,
      isSummary: info.summary === true,
      isCompleted: info.time.completed !== undefined,
      finish: info.finish ?? null,
      error: info.error ?? null,
      createdMs: info.time.created,
    }),
  });
}

/** A compaction is over when the message that sums up is complete; the n-th one is told once. */
function noteCompaction(telling: Telling, info: MessageInfo): void {
  const { messages, told, turnId } = telling.state;
  if (!messages.has(info.id)) return;
  const done = [...messages.values()].filter(
    (message) => message.isSummary && message.isCompleted && message.error === null,
  );
  if (done.length > told.compactions) telling.event({ kind: 'turn.compacted', turnId });
}

function readPart(telling: Telling, part: OpenCodePart, how: { isStored: boolean }): void {
  if (part.is === 'quiet') return;
  const { messageID } = part.part;
  const message = telling.state.messages.get(messageID);
  // A prompt's own text is no answer; a message not heard of yet is read from the store later.
  if (message?.role !== 'assistant') return;
  if (part.is === 'known') {
    translatePart(telling, part.part, { ...how, isSummary: message.isSummary });
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
  { partID, field, delta }: { partID: string; field: string; delta: string },
): void {
  for (const [partId, part] of telling.state.open) {
    if (partId !== partID || part.type === 'tool' || field !== 'text' || part.isGapped) continue;
    telling.openPart(partId, { ...part, text: part.text + delta });
    startTextPart(telling, partId);
    telling.outputs.push({ type: 'append', partId, text: delta });
  }
}

/** A part is told of when it has its first character: models open some that stay empty. */
function startTextPart(telling: Telling, partId: Parameters<Telling['closePart']>[0]): void {
  const part = telling.state.open.get(partId);
  if (!part || part.type === 'tool' || telling.state.told.started.has(partId)) return;
  telling.event({
    kind: 'part.started',
    turnId: telling.state.turnId,
    partId,
    parentPartId: null,
    part: { type: part.type },
  });
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
