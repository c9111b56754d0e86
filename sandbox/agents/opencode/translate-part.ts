import type { FinishedPart } from '@/domain/events/session-event';
import { cutText } from '@/domain/events/text-hygiene';
import { PartId } from '@/domain/ids';
import type { PartOf, KnownPart, ToolState } from './events';
import { cutOutput, describeInput, titleOf, todosOf } from './tool-words';
import { type OpenPart, Telling, type Translated, type TurnState } from './turn-state';

/** Agent text that an event can hold; no model writes as much into one part. */
const MAX_TEXT = 399_000;

interface How {
  /** Read from the store: of an open text the deltas so far may be missing. */
  isStored: boolean;
  /** Part of a compaction's summary, which is told as such and not as an answer. */
  isSummary: boolean;
}

export function translatePart(telling: Telling, part: KnownPart, how: How): void {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      if (!how.isSummary) translateText(telling, part, how);
      return;
    case 'tool':
      translateTool(telling, part);
      return;
    case 'step-start':
      startStep(telling, part);
      return;
    case 'step-finish':
      finishStep(telling, part);
      return;
  }
}

function translateText(telling: Telling, part: PartOf<'text'> | PartOf<'reasoning'>, how: How): void {
  const partId = PartId.parse(part.id);
  const { told, open } = telling.state;
  if (told.finished.has(partId)) return;
  if (hasEnded(part, how)) {
    const { type, text } = part;
    telling.closePart(partId);
    if (text === '' && !told.started.has(partId)) return;
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
  telling.event({
    kind: 'part.started',
    turnId: telling.state.turnId,
    partId,
    parentPartId: null,
    part: { type: part.type },
  });
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
  const { turnId, told } = telling.state;
  const { partId, type, durationMs } = ended;
  if (!told.started.has(partId))
    telling.event({ kind: 'part.started', turnId, partId, parentPartId: null, part: { type } });
  const text = cutText(ended.text, MAX_TEXT);
  const part = type === 'text' ? { type, text } : { type, text, durationMs };
  telling.event({ kind: 'part.finished', turnId, partId, parentPartId: null, part });
}

function translateTool(telling: Telling, part: PartOf<'tool'>): void {
  const partId = PartId.parse(part.id);
  const { told, turnId } = telling.state;
  const { state, tool } = part;
  if (state.status === 'pending' || told.finished.has(partId)) return;
  const input = describeInput(state.input);
  const title = titleOf(tool, state.input, 'title' in state ? state.title : undefined);
  if (!told.started.has(partId)) {
    const started = { type: 'tool', tool: cutText(tool, 2_000), title, input } as const;
    telling.event({ kind: 'part.started', turnId, partId, parentPartId: null, part: started });
  }
  if (state.status !== 'running') {
    telling.closePart(partId);
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

function finishTool(
  telling: Telling,
  call: ToolCall,
  state: Extract<ToolState, { status: 'completed' | 'error' }>,
): void {
  const { turnId } = telling.state;
  const todos = state.status === 'completed' ? todosOf(call.tool, state.input) : null;
  if (todos && JSON.stringify(todos) !== telling.state.told.lastTodos) {
    telling.event({ kind: 'todo.updated', turnId, todos });
  }
  tellTool(telling, call, {
    status: state.status,
    output: state.status === 'completed' ? state.output : state.error,
    durationMs: duration(state.time),
  });
}

function tellTool(
  telling: Telling,
  { partId, tool, title, input }: ToolCall,
  end: { status: 'completed' | 'error'; output: string; durationMs: number },
): void {
  const { output, overflow } = cutOutput(end.output);
  const { status, durationMs } = end;
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
  const { turnId } = telling.state;
  telling.event({ kind: 'part.finished', turnId, partId, parentPartId: null, part }, overflow);
}

/**
 * Steps are numbered in their order. When one begins in a message that has open text, the model's stream was
 * cut and OpenCode asks anew: it drops that text from its own history, and so does the session.
 */
function startStep(telling: Telling, part: PartOf<'step-start'>): void {
  const { state } = telling;
  if (state.steps.has(part.id)) return;
  for (const [partId, open] of state.open) {
    if (open.type !== 'tool' && open.messageId === part.messageID) dropText(telling, partId, open);
  }
  const step = state.steps.size + 1;
  telling.set({
    steps: new Map(state.steps).set(part.id, step),
    stepOf: new Map(state.stepOf).set(part.messageID, step),
  });
  if (step > state.told.stepsStarted) {
    telling.event({ kind: 'turn.step_started', turnId: state.turnId, step });
  }
}

function dropText(telling: Telling, partId: PartId, open: Exclude<OpenPart, { type: 'tool' }>): void {
  telling.closePart(partId);
  if (!telling.state.told.started.has(partId)) return;
  finishText(telling, { partId, type: open.type, text: '', durationMs: 0 });
}

function finishStep(telling: Telling, part: PartOf<'step-finish'>): void {
  const { turnId, stepOf, told } = telling.state;
  const step = stepOf.get(part.messageID);
  if (step === undefined || told.stepsFinished.has(step)) return;
  const { input, output, reasoning, cache } = part.tokens;
  telling.event({
    kind: 'turn.step_finished',
    turnId,
    step,
    tokens: {
      input: Math.max(0, input),
      output: Math.max(0, output),
      reasoning: Math.max(0, reasoning),
      cacheRead: Math.max(0, cache.read),
      cacheWrite: Math.max(0, cache.write),
    },
    costUsd: Math.max(0, part.cost),
    finish: cutText(part.reason, 2_000),
  });
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
  for (const [partId, started] of state.told.started) {
    if (state.told.finished.has(partId)) continue;
    const open = state.open.get(partId);
    telling.closePart(partId);
    const durationMs = Math.max(0, end.nowMs - (open?.startMs ?? end.nowMs));
    if (started.type === 'tool') {
      const output = [open?.type === 'tool' ? open.output : '', end.why].filter(Boolean).join('\n');
      tellTool(telling, { ...started, partId }, { status: 'error', output, durationMs });
    } else {
      const text = longer(open && open.type !== 'tool' ? open.text : '', end.knownText(partId));
      finishText(telling, { partId, type: started.type, text, durationMs });
    }
  }
  return telling.done();
}

function longer(one: string, other: string): string {
  return other.length > one.length ? other : one;
}

function duration(time: { start: number; end?: number | undefined } | undefined): number {
  return time?.end === undefined ? 0 : Math.max(0, time.end - time.start);
}
