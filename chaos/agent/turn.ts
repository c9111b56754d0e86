import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { AgentLogLine, Directions } from './agent-log';
import type { Frame, Recording } from './recordings';
import { Retelling } from './retell';

/** What somebody answered to an ask, as far as it changes what happens. */
export interface Reply {
  isRejected: boolean;
  frame: Frame;
}

export interface TurnOptions {
  sessionId: string;
  messageId: string;
  directions: Directions;
  recordings: readonly Recording[];
  /** Sends an event to who listens and keeps what is to be kept. */
  send: (frame: Frame) => void;
  note: (line: AgentLogLine) => void;
  /** Resolves when somebody answered. */
  untilReplied: (ask: Frame, signal: AbortSignal) => Promise<Reply>;
}

const Delta = z.object({ partID: z.string(), delta: z.string(), messageID: z.string() });
const TextPart = z.object({
  part: z.looseObject({ id: z.string(), type: z.enum(['text', 'reasoning']), text: z.string() }),
});
const ToolPart = z.object({
  part: z.looseObject({
    id: z.string(),
    type: z.literal('tool'),
    state: z.looseObject({ status: z.string() }),
  }),
});
const Answer = z.object({
  info: z.looseObject({ id: z.string(), sessionID: z.string(), role: z.literal('assistant') }),
});
const Finish = z.object({ info: z.looseObject({ finish: z.literal('stop') }) });

/** One run of the agent: recordings, one after the other, told as the answer to a prompt. */
export class Turn {
  readonly #options: TurnOptions;
  readonly #aborting = new AbortController();
  readonly #texts = new Map<string, string>();
  readonly #said = new Map<string, string>();
  readonly #unspoken = new Set<string>();
  readonly #openTools = new Map<string, Frame>();
  #lastAnswer: Frame | null = null;
  #texted = 0;
  /** What the next step answers: the prompt, or what was said to the turn since. */
  #parentId: string;
  #steers: string[] = [];
  #isFailed = false;

  constructor(options: TurnOptions) {
    this.#options = options;
    this.#parentId = options.messageId;
  }

  /** Something is said to it while it runs: the next step reads it. */
  steer(messageId: string): void {
    this.#steers.push(messageId);
  }

  abort(): void {
    this.#aborting.abort();
  }

  async run(): Promise<void> {
    const { recordings, messageId, directions, note } = this.#options;
    const { marker } = directions;
    this.#status('busy');
    try {
      for (const [index, recording] of recordings.entries()) {
        const isLast = index === recordings.length - 1;
        if (isLast) await delay(directions.waitMs, undefined, { signal: this.#aborting.signal });
        await this.#play(recording, { isLast });
      }
      // What was said after the last step began is answered by one more, or left aside: OpenCode does both.
      while (this.#steers.length > 0 && !this.#isFailed && !this.#isLeftAside()) {
        const [first] = recordings.slice(-1);
        if (first) await this.#play(first, { isLast: true });
      }
    } catch (error) {
      if (!this.#aborting.signal.aborted) throw error;
      await this.#endAborted();
      note({ t: 'end', marker, messageId, outcome: 'aborted', said: [] });
      return;
    }
    this.#status('idle');
    note({
      t: 'end',
      marker,
      messageId,
      outcome: this.#isFailed ? 'failed' : 'completed',
      said: this.#heard(),
    });
  }

  #isLeftAside(): boolean {
    return /[0-7]$/.test(this.#steers.at(-1) ?? '');
  }

  async #play(recording: Recording, { isLast }: { isLast: boolean }): Promise<void> {
    const { sessionId, directions } = this.#options;
    const retelling = new Retelling(
      new Map([
        [recording.sessionId, sessionId],
        [recording.promptId, this.#parentId],
      ]),
    );
    let reply: Reply | null = null;
    let ask: Frame | null = null;
    for (const recorded of recording.frames) {
      await delay(directions.paceMs, undefined, { signal: this.#aborting.signal });
      if (isBeginOfAnswer(recorded, recording.sessionId)) this.#read(retelling, recording.promptId);
      const frame = retelling.tell(recorded);
      if (frame.type.endsWith('.asked')) ask = frame;
      if (/\.(replied|rejected)$/.test(frame.type) && ask) {
        reply = await this.#options.untilReplied(ask, this.#aborting.signal);
        this.#options.send(reply.frame);
        continue;
      }
      this.#tell(isLast ? frame : goingOn(frame), reply?.isRejected ?? false);
    }
  }

  /** A step begins: it answers whatever was said last. */
  #read(retelling: Retelling, promptId: string): void {
    this.#parentId = this.#steers.at(-1) ?? this.#parentId;
    this.#steers = [];
    retelling.replace(promptId, this.#parentId);
  }

  #tell(frame: Frame, isRejected: boolean): void {
    const { send } = this.#options;
    if (frame.type === 'session.error') this.#isFailed ||= !isOverflow(frame);
    if (frame.type === 'message.part.delta') {
      for (const piece of this.#pieces(frame)) send(piece);
      return;
    }
    const text = TextPart.safeParse(frame.properties);
    if (text.success) {
      const { part } = text.data;
      const whole = this.#texts.get(part.id) ?? part.text;
      send({ type: frame.type, properties: { ...frame.properties, part: { ...part, text: whole } } });
      return;
    }
    const told = isRejected ? rejected(frame) : frame;
    this.#remember(told);
    send(told);
  }

  /** A recorded piece of text, as often as the prompt wants; the first piece of a part names it. */
  #pieces(frame: Frame): Frame[] {
    const { directions } = this.#options;
    const { partID, delta, messageID } = Delta.parse(frame.properties);
    const isFirst = !this.#texts.has(partID);
    if (isFirst) {
      this.#texted += 1;
      this.#said.set(partID, messageID);
    }
    const name = `⟦${directions.marker}.${this.#texted}⟧ `;
    return Array.from({ length: directions.volume }, (_, index) => {
      const text = isFirst && index === 0 ? name + delta : delta;
      this.#texts.set(partID, (this.#texts.get(partID) ?? '') + text);
      return { type: frame.type, properties: { ...frame.properties, delta: text } };
    });
  }

  #remember(frame: Frame): void {
    const tool = ToolPart.safeParse(frame.properties).data?.part;
    if (tool) {
      if (tool.state.status === 'running') this.#openTools.set(tool.id, frame);
      else this.#openTools.delete(tool.id);
    }
    const answer = Answer.safeParse(frame.properties).data?.info;
    if (!answer) return;
    if (answer.sessionID === this.#options.sessionId) this.#lastAnswer = frame;
    // A summary is made for the model and shown to nobody; a sub-agent has a conversation of its own.
    if (answer['summary'] === true || answer.sessionID !== this.#options.sessionId)
      this.#unspoken.add(answer.id);
  }

  /** The names of the texts that everybody must have been shown in the end. */
  #heard(): string[] {
    return [...this.#said].flatMap(([partId, messageId]) => {
      const name = /⟦(.*?)⟧/.exec(this.#texts.get(partId) ?? '')?.[1];
      return name === undefined || this.#unspoken.has(messageId) ? [] : [name];
    });
  }

  /** As OpenCode does it: idle first, then the last words, then idle again. */
  async #endAborted(): Promise<void> {
    const { send, sessionId } = this.#options;
    const error = { name: 'MessageAbortedError', data: { message: 'Aborted' } };
    send({ type: 'session.error', properties: { sessionID: sessionId, error } });
    this.#status('idle');
    await delay(60);
    for (const frame of this.#openTools.values()) send(abortedTool(frame));
    const last = Answer.safeParse(this.#lastAnswer?.properties).data;
    if (last) {
      const time = {
        ...z
          .object({})
          .loose()
          .parse(last.info['time'] ?? {}),
        completed: Date.now(),
      };
      send({
        type: 'message.updated',
        properties: { sessionID: sessionId, info: { ...last.info, error, time } },
      });
    }
    this.#status('idle');
  }

  #status(type: 'busy' | 'idle'): void {
    const { send, sessionId: sessionID } = this.#options;
    send({ type: 'session.status', properties: { sessionID, status: { type } } });
    if (type === 'idle') send({ type: 'session.idle', properties: { sessionID } });
  }
}

/** An answer that is begun has no end yet. */
function isBeginOfAnswer({ type, properties }: Frame, sessionId: string): boolean {
  const info = type === 'message.updated' ? Answer.safeParse(properties).data?.info : undefined;
  const time = z.object({ completed: z.number().optional() }).safeParse(info?.['time']).data;
  return info?.sessionID === sessionId && info['finish'] === undefined && time?.completed === undefined;
}

/** The last answer of a recording, when it is not the last of the turn. */
function goingOn(frame: Frame): Frame {
  const last = Finish.safeParse(frame.properties).data;
  if (!last || frame.type !== 'message.updated') return frame;
  return { ...frame, properties: { ...frame.properties, info: { ...last.info, finish: 'tool-calls' } } };
}

/** What was recorded as allowed, when it was not. */
function rejected(frame: Frame): Frame {
  const tool = ToolPart.safeParse(frame.properties).data?.part;
  if (!tool || (tool.state.status !== 'completed' && tool.state.status !== 'running')) return frame;
  const { output: _output, ...state } = tool.state;
  const refused = { ...state, status: 'error', error: 'The user rejected permission to use this.' };
  const ended = { ...refused, time: { start: Date.now(), end: Date.now() } };
  return { ...frame, properties: { ...frame.properties, part: { ...tool, state: ended } } };
}

function abortedTool(frame: Frame): Frame {
  const { part } = ToolPart.parse(frame.properties);
  const state = { ...part.state, status: 'completed', output: 'User aborted the command', title: 'aborted' };
  const ended = { ...state, time: { start: Date.now(), end: Date.now() } };
  return { ...frame, properties: { ...frame.properties, part: { ...part, state: ended } } };
}

function isOverflow({ properties }: Frame): boolean {
  return JSON.stringify(properties).includes('ContextOverflowError');
}
