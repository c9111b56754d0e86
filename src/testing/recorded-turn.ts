import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { SessionEvent } from '@/domain/events/session-event';
import { PromptId, TurnId } from '@/domain/ids';
import { askTitle } from '@/domain/session/evolve-asks';
import { type ParsedEvent, parseOpenCodeEvent, StoredMessage } from '../../sandbox/agents/opencode/events';
import { translate } from '../../sandbox/agents/opencode/translate';
import {
  beginTurn,
  type Output,
  type Translated,
  type TurnState,
} from '../../sandbox/agents/opencode/turn-state';

const FIXTURES = new URL('../../sandbox/agents/opencode/fixtures/', import.meta.url);
const turnId = TurnId.parse('00000000-0000-4000-8000-00000000000a');
/** File names of the recordings. */
export const recordings = readdirSync(FIXTURES).filter((name) => name.endsWith('.jsonl'));

const Raw = z.looseObject({ type: z.string(), properties: z.record(z.string(), z.unknown()) });
const Created = z.object({ info: z.object({ id: z.string(), parentID: z.string().optional() }) });
const Updated = z.object({
  info: z.looseObject({ id: z.string(), sessionID: z.string(), role: z.string() }),
});
const PartUpdated = z.object({
  part: z.looseObject({
    id: z.string(),
    messageID: z.string(),
    type: z.string(),
    text: z.string().optional(),
  }),
});

/** Everything that a person said after the prompt; what OpenCode says to itself has parts that say so. */
function steersIn(raw: Recording['raw'], promptMessageId: string): Recording['steers'] {
  const said = raw.flatMap(({ type, properties }) => {
    const part = type === 'message.part.updated' ? PartUpdated.parse(properties).part : null;
    return part?.text?.startsWith('steer ') === true ? [part.messageID] : [];
  });
  const ids = [...new Set(said)].filter((id) => id !== promptMessageId);
  return new Map(ids.map((id, index) => [id, PromptId.parse(`00000000-0000-4000-8000-00000000001${index}`)]));
}

type Info = z.infer<typeof Updated>['info'];

/** What the real OpenCode sent in one run. */
export interface Recording {
  raw: z.infer<typeof Raw>[];
  parsed: ParsedEvent[];
  /** What was said to the turn while it ran, by OpenCode's id; only where the recording is of that. */
  steers: ReadonlyMap<string, PromptId>;
  begin: (told?: readonly SessionEvent[]) => TurnState;
}

export function loadRecording(name: string): Recording {
  const lines = readFileSync(new URL(name, FIXTURES), 'utf8').trim().split('\n');
  const raw = lines.map((line) => Raw.parse(JSON.parse(line)));
  const [session] = raw.flatMap(({ type, properties }) =>
    type === 'session.created' ? [Created.parse(properties).info] : [],
  );
  const [prompt] = raw.flatMap(({ type, properties }) =>
    type === 'message.updated' ? [Updated.parse(properties).info] : [],
  );
  if (!session || !prompt) throw new Error(`${name} holds no session with a prompt.`);
  const steers = steersIn(raw, prompt.id);
  const turn = { turnId, sessionId: session.id, promptMessageId: prompt.id };
  return {
    raw,
    parsed: raw.map(parseOpenCodeEvent),
    steers,
    begin: (told = []) => ({ ...beginTurn({ ...turn, told }), steers }),
  };
}

/**
 * What OpenCode would have stored after these events, of the agent and of the sub-agents after it: of an open text it
 * stores nothing.
 */
export function stored(raw: Recording['raw']): StoredMessage[] {
  const messages = new Map<string, { info: Info; parts: Map<string, unknown> }>();
  for (const { type, properties } of raw) {
    if (type === 'message.updated') {
      const { info } = Updated.parse(properties);
      messages.set(info.id, { info, parts: messages.get(info.id)?.parts ?? new Map<string, unknown>() });
    }
    if (type === 'message.part.updated') {
      const { part } = PartUpdated.parse(properties);
      messages.get(part.messageID)?.parts.set(part.id, part);
    }
    if (type === 'message.removed')
      messages.delete(z.object({ messageID: z.string() }).parse(properties).messageID);
  }
  // Of a sub-agent is heard after the one that called it, so this is the order in which they are read.
  const sessions = [...new Set([...messages.values()].map(({ info }) => info.sessionID))];
  return sessions.flatMap((sessionID) =>
    [...messages.values()].flatMap(({ info, parts }) =>
      info.sessionID === sessionID ? [StoredMessage.parse({ info, parts: [...parts.values()] })] : [],
    ),
  );
}

/** Folds a turn and keeps what it put out. */
export class Fold {
  state: TurnState;
  readonly outputs: Output[] = [];

  constructor(state: TurnState) {
    this.state = state;
  }

  add(translated: Translated): this {
    this.state = translated.state;
    this.outputs.push(...translated.outputs);
    return this;
  }

  all(events: readonly ParsedEvent[]): this {
    for (const event of events) this.add(translate(this.state, event));
    return this;
  }

  get events(): SessionEvent[] {
    return this.outputs.flatMap((output) => (output.type === 'event' ? [output.event] : []));
  }
}

/** Each event in a few words. */
export function words(event: SessionEvent): string {
  switch (event.kind) {
    case 'part.started':
      return `start ${event.part.type === 'tool' ? event.part.tool : event.part.type}${under(event)}`;
    case 'part.finished': {
      const { part } = event;
      if (part.type === 'tool')
        return `${part.status} ${part.tool}: ${part.output.slice(0, 24).split('\n')[0] ?? ''}${under(event)}`;
      return part.type === 'file' ? 'file' : `${part.type}: ${part.text.slice(0, 24)}${under(event)}`;
    }
    case 'ask.opened':
      return `ask ${askTitle(event.ask)}`;
    case 'turn.step_started':
      return `step ${event.step}`;
    case 'turn.step_finished':
      return `step ${event.step} ${event.finish} ${event.tokens.output}`;
    default:
      return event.kind;
  }
}

/** What a sub-agent did is marked. */
function under({ parentPartId = null }: { parentPartId?: string | null }): string {
  return parentPartId === null ? '' : ' <';
}
