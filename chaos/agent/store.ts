import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const MessageInfo = z.looseObject({ id: z.string(), sessionID: z.string(), role: z.string() });
export type MessageInfo = z.infer<typeof MessageInfo>;
const MessagePart = z.looseObject({ id: z.string(), messageID: z.string(), type: z.string() });
export type MessagePart = z.infer<typeof MessagePart>;

const Line = z.discriminatedUnion('t', [
  z.object({ t: z.literal('session'), id: z.string() }),
  z.object({ t: z.literal('message'), info: MessageInfo }),
  z.object({ t: z.literal('part'), part: MessagePart }),
  z.object({ t: z.literal('forget'), id: z.string() }),
]);
type Line = z.infer<typeof Line>;
const Completed = z.object({ completed: z.number() });

interface Message {
  info: MessageInfo;
  parts: Map<string, MessagePart>;
}

/** What the agent keeps over its own death: sessions and messages, with texts as far as their parts ended. */
export class Store {
  readonly #path: string;
  readonly #sessions = new Set<string>();
  readonly #messages = new Map<string, Message>();

  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    if (!existsSync(path)) return;
    const text = readFileSync(path, 'utf8');
    // A line that a kill cut in two was never answered to anybody.
    for (const line of text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .slice(0, -1)) {
      this.#apply(Line.parse(JSON.parse(line)));
    }
  }

  hasSession(id: string): boolean {
    return this.#sessions.has(id);
  }

  message(id: string): Message | undefined {
    return this.#messages.get(id);
  }

  /** Whether an answer to it is complete. */
  isAnswered(id: string): boolean {
    return [...this.#messages.values()].some(
      ({ info }) => info['parentID'] === id && Completed.safeParse(info['time']).success,
    );
  }

  messagesOf(sessionId: string): { info: MessageInfo; parts: MessagePart[] }[] {
    return [...this.#messages.values()]
      .filter(({ info }) => info.sessionID === sessionId)
      .map(({ info, parts }) => ({ info, parts: [...parts.values()] }));
  }

  keep(line: Line): void {
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`);
    this.#apply(line);
  }

  #apply(line: Line): void {
    switch (line.t) {
      case 'session':
        this.#sessions.add(line.id);
        return;
      case 'message': {
        const { info } = line;
        const parts = this.#messages.get(info.id)?.parts ?? new Map<string, MessagePart>();
        this.#messages.set(info.id, { info, parts });
        return;
      }
      case 'forget':
        this.#messages.delete(line.id);
        return;
      case 'part':
        this.#messages.get(line.part.messageID)?.parts.set(line.part.id, line.part);
    }
  }
}
