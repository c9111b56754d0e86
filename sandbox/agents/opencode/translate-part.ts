import type { FinishedPart } from '@/domain/events/session-event';
import { cutText } from '@/domain/events/text-hygiene';
import { PartId } from '@/domain/ids';
import type { PartOf, KnownPart, ToolFile, ToolState } from './events';
import { cutOutput, describeInput, titleOf, todosOf } from './tool-words';
import { closeSteps, finishStep, startStep } from './translate-step';
import { Telling, type Translated, type TurnMessage, type TurnState } from './turn-state';

/** Agent text that an event can hold; no model writes as much into one part. */
const MAX_TEXT = 399_000;

interface How {
  /** Read from the store: of an open text the deltas so far may be missing. */
  isStored: boolean;
  /** The message that the part is of. A compaction's summary is told as such and not as an answer. */
  message: TurnMessage;
}

export function translatePart(telling: Telling, part: KnownPart, how: How): void {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      if (!how.message.isSummary) translateText(telling, part, how);
      return;
    case 'tool':
      translateTool(telling, part, how.message);
      return;
    case 'step-start':
      if (telling.state.begunSteps.has(part.id)) return;
      dropTexts(telling, part.messageID);
      startStep(telling, part, how.message);
      return;
    case 'step-finish':
      finishStep(telling, part, how.message);
      return;
  }
}

function translateText(telling: Telling, part: PartOf<'text'> | PartOf<'reasoning'>, how: How): void {
  const partId = PartId.parse(part.id);
  const { told, open } = telling.state;
  const { parentPartId } = how.message;
  if (told.finished.has(partId)) return;
  if (hasEnded(part, how)) {
    const { type, text } = part;
    telling.closePart(partId);
    if (text === '' && !told.started.has(partId)) return;
    telling.start(partId, { type }, parentPartId);
    finishText(telling, { partId, type, text, durationMs: duration(part.time) });
    return;
  }
  if (open.has(partId)) return;
  telling.openPart(partId, {
    type: part.type,
    messageId: part.messageID,
    text: part.text,
    startMs: part.time?.start ?? null,
    isGapped: how.isStored || told.started.has(partId),
  });
  if (part.text === '') return;
  telling.start(partId, { type: part.type }, parentPartId);
  telling.outputs.push({ type: 'append', partId, text: part.text });
}

/** Stored text without times was put there whole. */
function hasEnded(part: PartOf<'text'> | PartOf<'reasoning'>, how: How): boolean {
  return part.time?.end !== undefined || (how.isStored && part.time === undefined);
}

function finishText(
  telling: Telling,
  ended: { partId: PartId; type: 'text' | 'reasoning'; text: string; durationMs: number },
): void {
  const { partId, type, durationMs } = ended;
  const text = cutText(ended.text, MAX_TEXT);
  telling.finish(partId, type === 'text' ? { type, text } : { type, text, durationMs });
}

function translateTool(telling: Telling, part: PartOf<'tool'>, { parentPartId }: TurnMessage): void {
  const partId = PartId.parse(part.id);
  const { state, tool } = part;
  if (state.status === 'pending' || telling.state.told.finished.has(partId)) return;
  const input = describeInput(state.input);
  const title = titleOf(tool, state.input, 'title' in state ? state.title : undefined);
  telling.start(partId, { type: 'tool', tool: cutText(tool, 2_000), title, input }, parentPartId);
  if (state.status !== 'running') {
    telling.closePart(partId);
    // The list on screen is the agent's own; what a helper of it plans is seen in its call.
    if (parentPartId === null) tellTodos(telling, tool, state);
    finishTool(telling, { partId, tool, title, input }, state);
    return;
  }
  const output = state.metadata?.output ?? '';
  const known = telling.state.open.get(partId);
  const isNew = output !== '' && (known?.type !== 'tool' || known.output !== output);
  const { start: startMs } = state.time;
  telling.openPart(partId, { type: 'tool', messageId: part.messageID, tool, title, input, output, startMs });
  if (isNew) telling.outputs.push({ type: 'replace', partId, text: output });
}

interface ToolCall {
  partId: PartId;
  tool: string;
  title: string;
  input: string;
}

type EndedState = Extract<ToolState, { status: 'completed' | 'error' }>;

function tellTodos(telling: Telling, tool: string, state: EndedState): void {
  const { turnId, told } = telling.state;
  const todos = state.status === 'completed' ? todosOf(tool, state.input) : null;
  if (todos && JSON.stringify(todos) !== told.lastTodos)
    telling.event({ kind: 'todo.updated', turnId, todos });
}

function finishTool(telling: Telling, call: ToolCall, state: EndedState): void {
  tellTool(telling, call, {
    status: state.status,
    output: state.status === 'completed' ? state.output : state.error,
    durationMs: duration(state.time),
    files: state.status === 'completed' ? (state.attachments ?? []) : [],
  });
}

interface ToolEnd {
  status: 'completed' | 'error';
  output: string;
  durationMs: number;
  files: readonly ToolFile[];
}

function tellTool(telling: Telling, { partId, tool, title, input }: ToolCall, end: ToolEnd): void {
  const { output, overflow } = cutOutput(end.output);
  const { status, durationMs, files } = end;
  const part = {
    type: 'tool',
    tool: cutText(tool, 2_000),
    title,
    input,
    status,
    output,
    outputBlob: null,
    durationMs,
    attachments: [],
  } as const satisfies FinishedPart;
  telling.finish(partId, part, { overflow, files });
}

/**
 * When a step begins in a message that has open text, the model's stream was cut and OpenCode asks anew: it drops
 * that text from its own history, and so does the session.
 */
function dropTexts(telling: Telling, messageId: string): void {
  for (const [partId, open] of telling.state.open) {
    if (open.type === 'tool' || open.messageId !== messageId) continue;
    telling.closePart(partId);
    if (!telling.state.told.started.has(partId)) continue;
    finishText(telling, { partId, type: open.type, text: '', durationMs: 0 });
  }
}

/** How parts end that the agent left open. `knownText`: texts that a predecessor of this bridge read. */
export interface OpenEnd {
  nowMs: number;
  why: string;
  knownText: (partId: PartId) => string;
}

/** The turn is over and the agent says no more: whatever was told to have started ends with what is known of it. */
export function closeOpenParts(state: TurnState, end: OpenEnd): Translated {
  const telling = new Telling(state);
  for (const [partId, { part: started }] of state.told.started) {
    if (state.told.finished.has(partId)) continue;
    const open = state.open.get(partId);
    telling.closePart(partId);
    const durationMs = Math.max(0, end.nowMs - (open?.startMs ?? end.nowMs));
    if (started.type === 'tool') {
      const output = [open?.type === 'tool' ? open.output : '', end.why].filter(Boolean).join('\n');
      tellTool(telling, { ...started, partId }, { status: 'error', output, durationMs, files: [] });
    } else {
      const text = longer(open && open.type !== 'tool' ? open.text : '', end.knownText(partId));
      finishText(telling, { partId, type: started.type, text, durationMs });
    }
  }
  closeSteps(telling, end.why);
  return telling.done();
}

function longer(one: string, other: string): string {
  return other.length > one.length ? other : one;
}

function duration(time: { start: number; end?: number | undefined } | undefined): number {
  return time?.end === undefined ? 0 : Math.max(0, time.end - time.start);
}
