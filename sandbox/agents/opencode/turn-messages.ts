import type { SessionEvent } from '@/domain/events/session-event';
import { PartId, type PromptId } from '@/domain/ids';
import type { MessageInfo, PartOf } from './events';
import type { TaskCall, Telling, TurnMessage, TurnState } from './turn-state';

/** Takes a message of the agent, or of a sub-agent of this turn, into the turn's picture. */
export function rememberMessage(telling: Telling, info: MessageInfo): void {
  const { state } = telling;
  const place = placeOf(state, info);
  if (!place) return;
  const sinceMs = info.id === state.promptMessageId ? info.time.created : state.sinceMs;
  // What answers the turn is the turn's, whatever the clock did meanwhile.
  const isAnswer = info.parentID !== undefined && state.messages.has(info.parentID);
  if (sinceMs === null || (info.time.created < sinceMs && !isAnswer)) return;
  const message: TurnMessage = {
    ...place,
    sessionId: info.sessionID,
    role: info.role,
    parentId: info.parentID ?? null,
    isSummary: info.summary === true,
    isCompleted: info.time.completed !== undefined,
    finish: info.finish ?? null,
    error: info.error ?? null,
    createdMs: info.time.created,
  };
  telling.set({ sinceMs, messages: new Map(state.messages).set(info.id, message) });
}

/** Where a message belongs; null for one of a session that is none of this turn's. */
function placeOf(
  state: TurnState,
  { id, sessionID, time }: MessageInfo,
): Pick<TurnMessage, 'parentPartId' | 'rootMessageId'> | null {
  if (sessionID === state.sessionId) return { parentPartId: null, rootMessageId: id };
  // A sub-agent may be called again for more: what it does then belongs to the later call.
  const calls = state.tasks.get(sessionID) ?? [];
  const call = calls.findLast(({ startMs }) => startMs <= time.created) ?? calls[0];
  const above = call && state.messages.get(call.messageId);
  return above ? { parentPartId: call.partId, rootMessageId: above.rootMessageId } : null;
}

/** A running `task` call names the session that its sub-agent works in, before the sub-agent does anything. */
export function rememberTask(telling: Telling, part: PartOf<'tool'>): void {
  const { state } = part;
  if (part.tool !== 'task' || state.status === 'pending') return;
  const sessionId = state.metadata?.sessionId;
  if (sessionId === undefined || sessionId === telling.state.sessionId) return;
  const { tasks } = telling.state;
  const known = tasks.get(sessionId) ?? [];
  const call: TaskCall = {
    partId: PartId.parse(part.id),
    messageId: part.messageID,
    startMs: state.time.start,
  };
  if (known.some(({ partId }) => partId === call.partId)) return;
  const calls = [...known, call].sort((a, b) => a.startMs - b.startMs);
  telling.set({ tasks: new Map(tasks).set(sessionId, calls) });
}

/** A compaction is over when the message that sums up is complete; the n-th one is told once. */
export function noteCompaction(telling: Telling, info: MessageInfo): void {
  const { messages, told, turnId, sessionId } = telling.state;
  if (!messages.has(info.id) || info.sessionID !== sessionId) return;
  const done = [...messages.values()].filter(
    (message) =>
      message.sessionId === sessionId && message.isSummary && message.isCompleted && message.error === null,
  );
  if (done.length > told.compactions) telling.event({ kind: 'turn.compacted', turnId });
}

/** What was said to the running turn is delivered when OpenCode has the message, and read when an answer follows it. */
export function noteSteers(telling: Telling): void {
  for (const [messageId, promptId] of telling.state.steers) {
    const { turnId, told, messages } = telling.state;
    if (!messages.has(messageId) || told.steersRead.has(promptId)) continue;
    const tell = (kind: 'steer.delivered' | 'steer.read'): void =>
      telling.event({ kind, promptId, turnId } satisfies SessionEvent);
    if (!told.steersDelivered.has(promptId)) tell('steer.delivered');
    if (isRead(telling.state, messageId)) tell('steer.read');
  }
}

/**
 * OpenCode answers the newest thing that was said, with all that came before it in view. It goes by the time at which
 * it took a message, so ids minted by a clock that is ahead or behind change nothing.
 */
function isRead({ messages, sessionId }: TurnState, messageId: string): boolean {
  const said = messages.get(messageId);
  if (!said) return false;
  return [...messages.values()].some(({ role, parentId, isSummary, ...answer }) => {
    if (role !== 'assistant' || isSummary || parentId === null || answer.sessionId !== sessionId)
      return false;
    const answered = messages.get(parentId);
    if (!answered) return false;
    return parentId === messageId || isAfter([parentId, answered], [messageId, said]);
  });
}

type Placed = readonly [id: string, message: TurnMessage];

function isAfter([id, { createdMs }]: Placed, [otherId, other]: Placed): boolean {
  return createdMs === other.createdMs ? id > otherId : createdMs > other.createdMs;
}

/** Said to the turn, and not followed by an answer yet. */
export function unreadSteers({ steers, told }: TurnState): { messageId: string; promptId: PromptId }[] {
  return [...steers]
    .filter(([, promptId]) => !told.steersRead.has(promptId))
    .map(([messageId, promptId]) => ({ messageId, promptId }));
}
