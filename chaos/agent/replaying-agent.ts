import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { type AgentLogLine, readDirections, UNMARKED } from './agent-log';
import { type Frame, loadRecording } from './recordings';
import { newId } from './retell';
import { type MessageInfo, Store } from './store';
import { type Reply, Turn } from './turn';

export interface ReplayingAgentOptions {
  store: string;
  recordings: string;
  note: (line: AgentLogLine) => void;
}

const Prompt = z.object({
  messageID: z.string().optional(),
  noReply: z.boolean().optional(),
  parts: z.array(z.looseObject({ type: z.string(), id: z.string().optional(), text: z.string().optional() })),
});
type Prompt = z.infer<typeof Prompt>;
const PermissionReply = z.object({
  reply: z.enum(['once', 'always', 'reject']),
  message: z.string().optional(),
});
const QuestionReply = z.object({ answers: z.array(z.array(z.string())) });
const Ask = z.looseObject({ id: z.string(), sessionID: z.string() });
const Kept = z.object({ info: z.looseObject({ id: z.string(), sessionID: z.string(), role: z.string() }) });
const KeptPart = z.object({
  part: z.looseObject({ id: z.string(), messageID: z.string(), type: z.string() }),
});

interface PendingAsk {
  ask: z.infer<typeof Ask>;
  kind: 'permission' | 'question';
  settle: (reply: Reply) => void;
}

type Handler = (ids: string[], body: unknown) => unknown;

/** OpenCode's interface, as far as the bridge uses it, over recordings. */
export class ReplayingAgent {
  readonly #options: ReplayingAgentOptions;
  readonly #store: Store;
  readonly #listeners = new Set<ServerResponse>();
  readonly #turns = new Map<string, Turn>();
  readonly #asks = new Map<string, PendingAsk>();
  readonly #routes: readonly (readonly [RegExp, Handler])[] = [
    [/^GET \/global\/health$/, () => ({ healthy: true, version: '1.18.33' })],
    [/^GET \/config$/, () => ({})],
    [/^POST \/session$/, () => this.#create()],
    [/^GET \/session\/status$/, () => this.#statuses()],
    [/^GET \/session\/([^/]+)$/, ([id = '']) => (this.#store.hasSession(id) ? { id } : undefined)],
    [/^GET \/session\/([^/]+)\/message$/, ([id = '']) => this.#store.messagesOf(id)],
    [/^GET \/session\/[^/]+\/message\/([^/]+)$/, ([id = '']) => this.#message(id)],
    [
      /^POST \/session\/([^/]+)\/(?:prompt_async|message)$/,
      ([id = ''], body) => this.#prompt(id, Prompt.parse(body)),
    ],
    [/^DELETE \/session\/[^/]+\/message\/([^/]+)$/, ([id = '']) => this.#forget(id)],
    [/^POST \/session\/([^/]+)\/abort$/, ([id = '']) => this.#abort(id)],
    [/^GET \/permission$/, () => this.#pending('permission')],
    [/^GET \/question$/, () => this.#pending('question')],
    [
      /^POST \/permission\/([^/]+)\/reply$/,
      ([id = ''], body) => this.#allow(id, PermissionReply.parse(body)),
    ],
    [/^POST \/question\/([^/]+)\/reply$/, ([id = ''], body) => this.#tell(id, QuestionReply.parse(body))],
    [/^POST \/question\/([^/]+)\/reject$/, ([id = '']) => this.#dismiss(id)],
  ];

  constructor(options: ReplayingAgentOptions) {
    this.#options = options;
    this.#store = new Store(options.store);
    setInterval(() => this.#send({ type: 'server.heartbeat', properties: {} }), 10_000).unref();
  }

  listen(response: ServerResponse): void {
    this.#listeners.add(response);
    response.on('close', () => this.#listeners.delete(response));
    response.write(`data: ${JSON.stringify({ type: 'server.connected', properties: {} })}\n\n`);
  }

  /** The answer's body; null for an empty one, undefined for what is not there. */
  answer(call: string, body: unknown): unknown {
    for (const [expression, handle] of this.#routes) {
      const found = expression.exec(call);
      if (found) return handle(found.slice(1), body);
    }
    return undefined;
  }

  #send(frame: Frame): void {
    const message = frame.type === 'message.updated' ? Kept.safeParse(frame.properties).data : undefined;
    if (message) this.#store.keep({ t: 'message', info: message.info });
    const part =
      frame.type === 'message.part.updated' ? KeptPart.safeParse(frame.properties).data : undefined;
    if (part) this.#store.keep({ t: 'part', part: part.part });
    const line = `data: ${JSON.stringify({ id: newId('evt'), ...frame })}\n\n`;
    for (const listener of this.#listeners) listener.write(line);
  }

  #create(): unknown {
    const id = newId('ses');
    this.#store.keep({ t: 'session', id });
    return { id };
  }

  #statuses(): unknown {
    return Object.fromEntries([...this.#turns.keys()].map((id) => [id, { type: 'busy' }]));
  }

  #message(id: string): unknown {
    const message = this.#store.message(id);
    return message && { info: message.info, parts: [...message.parts.values()] };
  }

  /**
   * One that comes while a turn runs is read by its next step. The same message again is the same message: it is
   * worked on only while it has no answer and nothing runs.
   */
  #prompt(sessionId: string, prompt: Prompt): unknown {
    if (!this.#store.hasSession(sessionId)) return undefined;
    const { messageID: messageId = newId('msg'), noReply = false } = prompt;
    const known = this.#store.message(messageId);
    const info = { id: messageId, sessionID: sessionId, role: 'user', time: { created: Date.now() } };
    if (!known) this.#keep(info, prompt);
    if (noReply) return { info, parts: [] };
    const running = this.#turns.get(sessionId);
    if (!known || !(running ?? this.#store.isAnswered(messageId))) this.#work(sessionId, messageId);
    return null;
  }

  #work(sessionId: string, messageId: string): void {
    const parts = [...(this.#store.message(messageId)?.parts.values() ?? [])];
    const texts = parts.map((part) => (typeof part['text'] === 'string' ? part['text'] : ''));
    const directions = readDirections(texts.join('\n'));
    const { marker } = directions;
    const running = this.#turns.get(sessionId);
    const isPrompt = marker !== UNMARKED && !running;
    this.#options.note({ t: isPrompt ? 'begin' : 'steer', marker, messageId });
    if (running) running.steer(messageId);
    else this.#run({ sessionId, messageId, directions });
  }

  #keep(info: MessageInfo, { parts }: Prompt): void {
    const { id: messageID, sessionID } = info;
    this.#send({ type: 'message.updated', properties: { sessionID, info } });
    for (const part of parts) {
      const whole = { ...part, id: part.id ?? newId('prt'), messageID, sessionID };
      this.#send({ type: 'message.part.updated', properties: { sessionID, part: whole } });
    }
  }

  #forget(messageId: string): unknown {
    if (!this.#store.message(messageId)) return undefined;
    this.#store.keep({ t: 'forget', id: messageId });
    return true;
  }

  #run(given: { sessionId: string; messageId: string; directions: ReturnType<typeof readDirections> }): void {
    const turn = new Turn({
      ...given,
      recordings: given.directions.play.map((name) => loadRecording(this.#options.recordings, name)),
      send: (frame) => this.#send(frame),
      note: this.#options.note,
      untilReplied: (ask, signal) => this.#untilReplied(ask, signal),
    });
    this.#turns.set(given.sessionId, turn);
    void turn.run().finally(() => this.#turns.delete(given.sessionId));
  }

  #abort(sessionId: string): unknown {
    this.#turns.get(sessionId)?.abort();
    return true;
  }

  #pending(kind: PendingAsk['kind']): unknown {
    return [...this.#asks.values()].filter((pending) => pending.kind === kind).map(({ ask }) => ask);
  }

  #untilReplied({ type, properties }: Frame, signal: AbortSignal): Promise<Reply> {
    const ask = Ask.parse(properties);
    const kind = type.startsWith('permission') ? 'permission' : 'question';
    return new Promise((resolve, reject) => {
      const over = (): void => {
        this.#asks.delete(ask.id);
        // An abort signal's reason is an error by default.
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', over, { once: true });
      const settle = (reply: Reply): void => {
        signal.removeEventListener('abort', over);
        this.#asks.delete(ask.id);
        resolve(reply);
      };
      this.#asks.set(ask.id, { ask, kind, settle });
      if (signal.aborted) over();
    });
  }

  #allow(id: string, { reply }: z.infer<typeof PermissionReply>): unknown {
    return this.#settle(id, { type: 'permission.replied', more: { reply }, isRejected: reply === 'reject' });
  }

  #tell(id: string, { answers }: z.infer<typeof QuestionReply>): unknown {
    return this.#settle(id, { type: 'question.replied', more: { answers }, isRejected: false });
  }

  #dismiss(id: string): unknown {
    return this.#settle(id, { type: 'question.rejected', more: {}, isRejected: true });
  }

  #settle(
    id: string,
    { type, more, isRejected }: { type: string; more: object; isRejected: boolean },
  ): unknown {
    const pending = this.#asks.get(id);
    this.#options.note({ t: 'answer', requestId: id, isFirst: pending !== undefined });
    if (!pending) return undefined;
    const properties = { sessionID: pending.ask.sessionID, requestID: id, ...more };
    pending.settle({ isRejected, frame: { type, properties } });
    return true;
  }
}
