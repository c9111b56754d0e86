import type { TimelineItem } from '@/domain/timeline/items';
import type { SessionSnapshot } from '@/domain/sync/session-stream';
import { linesOf } from './item-lines';
import type { Style } from './style';
import { visible } from './visible-text';

interface SessionPrinterOptions {
  write: (text: string) => void;
  /** Text of the agent, where that is shown in a way of its own; `isStart` with the first of each part. */
  writeText?: (text: string, isStart: boolean) => void;
  style: Style;
  /** Print text while it is written; else each text as a whole once it is finished. */
  isLive: boolean;
}

type OpenText = Extract<TimelineItem, { type: 'text' }>;

/**
 * Shows a session by adding lines and never taking one back, so that the scrollback holds all of it. While a text
 * is written, what else happens waits for its end.
 */
export class SessionPrinter {
  readonly #options: SessionPrinterOptions;
  /** Items as they were when they were last told of. */
  readonly #told = new Map<string, TimelineItem>();
  /** How much of each unfinished text is printed. */
  readonly #written = new Map<string, number>();
  #writing: string | null = null;
  #isLineOpen = false;

  constructor(options: SessionPrinterOptions) {
    this.#options = options;
  }

  /** Prints what is new in this snapshot. */
  update(snapshot: Pick<SessionSnapshot, 'items' | 'live'>): void {
    const over = new Set(
      snapshot.items.flatMap((item) => (item.type === 'turn' && item.outcome !== null ? [item.turnId] : [])),
    );
    const current = snapshot.items.find(({ id }) => id === this.#writing);
    if (current?.type === 'text' && !this.#writeText(current, snapshot, over.has(current.turnId))) return;
    for (const item of snapshot.items) {
      if (item.type === 'text') {
        if (!this.#writeText(item, snapshot, over.has(item.turnId))) return;
      } else if (this.#told.get(item.id) !== item) this.#tell(item);
    }
  }

  /** A line of the client's own, such as about the connection. */
  note(line: string): void {
    this.#lines([this.#options.style.dim(line)]);
  }

  /** Ends an open line; a text that is still being written goes on at a new one. */
  end(): void {
    if (this.#isLineOpen) this.#options.write('\n');
    this.#isLineOpen = false;
  }

  #tell(item: TimelineItem): void {
    const lines = linesOf(item, this.#told.get(item.id), this.#options.style);
    this.#told.set(item.id, item);
    this.#lines(lines);
  }

  /** Whether the text is done with, so that what comes after it may be told. */
  #writeText(item: OpenText, { live }: Pick<SessionSnapshot, 'live'>, isTurnOver: boolean): boolean {
    if (this.#told.get(item.id) === item) return true;
    const isDone = item.text !== null;
    const text = item.text ?? live.get(item.partId) ?? '';
    if (isDone) this.#finish(item, text);
    else if (isTurnOver) {
      // Its turn ended without it: what there is of it is all that there will be.
      if (text !== '' && text.length > (this.#written.get(item.id) ?? 0)) this.#finish(item, text);
      this.#writing = null;
      this.end();
    } else if (this.#options.isLive) {
      this.#extend(item.id, text);
      return text === '';
    }
    return true;
  }

  #finish(item: OpenText, text: string): void {
    this.#extend(item.id, text.trimEnd());
    this.end();
    this.#writing = null;
    if (item.text !== null) this.#told.set(item.id, item);
  }

  #extend(id: string, text: string): void {
    const from = this.#written.get(id) ?? 0;
    const to = endOfWhole(text);
    if (to <= from) return;
    if (from > 0 && this.#writing !== id) this.end();
    this.#writing = id;
    this.#written.set(id, to);
    const added = visible(text.slice(from, to));
    const { write, writeText = write } = this.#options;
    writeText(added, from === 0);
    this.#isLineOpen = !added.endsWith('\n');
  }

  #lines(lines: readonly string[]): void {
    if (lines.length === 0) return;
    this.end();
    this.#options.write(`${lines.join('\n')}\n`);
  }
}

/** Where a text that is still growing may be cut: not in a pair of surrogates, nor between CR and LF. */
function endOfWhole(text: string): number {
  const last = text.charCodeAt(text.length - 1);
  return last === 13 || (last >= 0xd800 && last <= 0xdbff) ? text.length - 1 : text.length;
}
