import { z } from 'zod';
import { SessionId } from '@/domain/ids';
import type { Notice } from './notices';

/** What a tab knows of itself. */
export interface Tab {
  /** Whether somebody could see there what became of this session, now. */
  sees(sessionId: SessionId): boolean;
  /** Whether it is open there, seen or not. */
  holds(sessionId: SessionId): boolean;
  raise(notice: Notice): void;
  /** Takes back what it raised under these tags. */
  drop(tags: readonly string[]): void;
}

const NoticeMessage = z.object({
  tag: z.string(),
  sessionId: SessionId,
  title: z.string(),
  body: z.string(),
});

const Message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('who'), tag: z.string(), sessionId: SessionId }),
  z.object({ type: z.literal('me'), tag: z.string(), tabId: z.string(), sees: z.boolean() }),
  z.object({ type: z.literal('raise'), tabId: z.string(), notice: NoticeMessage }),
  z.object({ type: z.literal('drop'), tags: z.array(z.string()) }),
]);
type Message = z.infer<typeof Message>;

/** Tabs of one browser answer within a few milliseconds; a frozen one does not, and shows nothing either. */
const ANSWERS_MS = 200;

/**
 * The tabs of one browser, agreeing on who tells of a thing: nobody where one of them shows it already, else a tab
 * that has the session open, so that a click leads there, else the tab that asked.
 */
export class TabCouncil {
  readonly #name: string;
  readonly #tab: Tab;
  readonly #answersMs: number;
  readonly #id = crypto.randomUUID();
  #channel: BroadcastChannel | null = null;
  readonly #answers = new Map<string, (answer: { tabId: string; sees: boolean }) => void>();

  constructor(name: string, tab: Tab, answersMs = ANSWERS_MS) {
    this.#name = name;
    this.#tab = tab;
    this.#answersMs = answersMs;
  }

  /** Takes part from now on. Returns the way to leave. */
  join(): () => void {
    const channel = new BroadcastChannel(this.#name);
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      // A tab of an older or newer version may say what this one does not know.
      const message = Message.safeParse(data).data;
      if (message) this.#hear(message);
    };
    this.#channel = channel;
    return () => {
      channel.close();
      if (this.#channel === channel) this.#channel = null;
    };
  }

  /** Has the right tab tell of a thing. */
  async tell(notice: Notice): Promise<void> {
    const { tag, sessionId } = notice;
    if (this.#tab.sees(sessionId)) return;
    const others: { tabId: string; sees: boolean }[] = [];
    this.#answers.set(tag, (answer) => others.push(answer));
    this.#say({ type: 'who', tag, sessionId });
    await new Promise((resolve) => setTimeout(resolve, this.#answersMs));
    this.#answers.delete(tag);
    // It may have come into sight meanwhile.
    if (this.#tab.sees(sessionId) || others.some(({ sees }) => sees)) return;
    const [holder] = others;
    if (holder && !this.#tab.holds(sessionId)) this.#say({ type: 'raise', tabId: holder.tabId, notice });
    else this.#tab.raise(notice);
  }

  /** Has every tab take back what nobody has to know any more. */
  drop(tags: readonly string[]): void {
    if (tags.length === 0) return;
    this.#tab.drop(tags);
    this.#say({ type: 'drop', tags: [...tags] });
  }

  #say(message: Message): void {
    this.#channel?.postMessage(message);
  }

  #hear(message: Message): void {
    switch (message.type) {
      case 'who': {
        const { tag, sessionId } = message;
        const sees = this.#tab.sees(sessionId);
        if (sees || this.#tab.holds(sessionId)) this.#say({ type: 'me', tag, tabId: this.#id, sees });
        return;
      }
      case 'me':
        this.#answers.get(message.tag)?.(message);
        return;
      case 'raise':
        if (message.tabId === this.#id) this.#tab.raise(message.notice);
        return;
      case 'drop':
        this.#tab.drop(message.tags);
    }
  }
}
