import { setTimeout as delay } from 'node:timers/promises';
import type { PartId, TurnId } from '@/domain/ids';
import type { Delta } from '@/domain/wire/bridge';
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
  #storedAt = performance.now();
  /** Sent so far. */
  deltas = 0;
  messages = 0;

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

  /**
   * Deltas of one word each at this rate. Those that came due while the last request was on its way go together, as a
   * bridge sends them: the more slowly the server takes them, the fewer messages there are, of as many deltas.
   */
  async write({ seconds, perSecond }: { seconds: number; perSecond: number }): Promise<void> {
    const startedAt = performance.now();
    const total = seconds * perSecond;
    for (let sent = 0; sent < total;) {
      const due = Math.min(total, Math.floor(((performance.now() - startedAt) * perSecond) / 1_000) + 1);
      if (due > sent) await this.#writeWords(due - sent);
      else await delay(1);
      sent = due;
    }
    await this.#store();
  }

  async #writeWords(count: number): Promise<void> {
    const deltas: Delta[] = [];
    for (let word = 0; word < count; word += 1) {
      const text = this.#words.next().value;
      deltas.push({ ...this.#part, offset: this.#text.length, text });
      this.#text += text;
    }
    this.deltas += count;
    this.messages += 1;
    await this.#session.write(...deltas);
    if (performance.now() - this.#storedAt > CHECKPOINT_MS) await this.#store();
  }

  async #store(): Promise<void> {
    this.#storedAt = performance.now();
    const text = this.#text.slice(this.#stored);
    if (text === '') return;
    await this.#session.store({ ...this.#part, offset: this.#stored, text, isReplacement: false });
    this.#stored = this.#text.length;
  }
}
