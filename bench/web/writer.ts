import { setTimeout as delay } from 'node:timers/promises';
import type { PartId, TurnId } from '@/domain/ids';
import type { PlayedSession } from '../../scripts/shots/stage/played-session';
import type { PlayedTurn } from '../../scripts/shots/stage/played-turn';

const CHECKPOINT_MS = 1_000;

/** About what a model writes at a time, in Markdown: paragraphs, lists and code in turn. */
const PARAGRAPH =
  'The cart adds up its lines one by one, and each line is rounded before it is added, so that a cart of many small pieces is off by some cents. ';
const LIST =
  '\n\n- first the lines are read\n- then `round` is called for each\n- at last the sum is shown\n\n';
const CODE =
  '\n\n```ts\nconst total = lines.reduce((sum, line) => sum + line.cents * line.count, 0);\n```\n\n';

function* words(): Generator<string, never> {
  for (;;) {
    for (const block of [PARAGRAPH, PARAGRAPH, LIST, PARAGRAPH, CODE]) {
      for (const piece of block.match(/\s*\S+\s?/g) ?? []) yield piece;
    }
  }
}

/** Writes into one open part of a played session, a word at a time, as deltas over the bridge's wire. */
export class Writer {
  readonly #session: PlayedSession;
  readonly #part: { turnId: TurnId; partId: PartId };
  readonly #words = words();
  #text: string;
  #stored: number;
  #storedAt = Date.now();
  count = 0;

  private constructor(session: PlayedSession, part: { turnId: TurnId; partId: PartId }, text: string) {
    this.#session = session;
    this.#part = part;
    this.#text = text;
    this.#stored = text.length;
  }

  static async begin(session: PlayedSession, turn: PlayedTurn): Promise<Writer> {
    const text = 'The report: ';
    return new Writer(session, await turn.writeOn(text), text);
  }

  get length(): number {
    return this.#text.length;
  }

  /** The last words as they are shown, without marks of Markdown. */
  get end(): string {
    return (
      this.#text
        .trimEnd()
        .split(/[\n`*-]/)
        .at(-1)
        ?.trim() ?? ''
    );
  }

  /** One delta after the other at this rate; when the server is slower, as fast as it takes them. */
  async write({ seconds, perSecond }: { seconds: number; perSecond: number }): Promise<void> {
    const startedAt = Date.now();
    const total = seconds * perSecond;
    for (let sent = 0; sent < total; sent += 1) {
      const dueAt = startedAt + (sent * 1_000) / perSecond;
      const early = dueAt - Date.now();
      if (early > 0) await delay(early);
      await this.#writeWord();
      if (Date.now() - startedAt > seconds * 1_500) return;
    }
    await this.#store();
  }

  async #writeWord(): Promise<void> {
    const text = this.#words.next().value;
    const offset = this.#text.length;
    this.#text += text;
    this.count += 1;
    await this.#session.write({ ...this.#part, offset, text });
    if (Date.now() - this.#storedAt > CHECKPOINT_MS) await this.#store();
  }

  async #store(): Promise<void> {
    this.#storedAt = Date.now();
    const text = this.#text.slice(this.#stored);
    if (text === '') return;
    await this.#session.store({ ...this.#part, offset: this.#stored, text, isReplacement: false });
    this.#stored = this.#text.length;
  }
}
