import type { Style } from '../print/style';
import { fit, fitEnd, textWidth } from './text-width';

/** Lines under everything, the composer next to last; nothing in them has control characters. */
export interface Footer {
  lines: readonly string[];
  /** What is typed, up to the cursor and behind it; null when nothing can be typed. */
  composer: { before: string; after: string } | null;
  status: string;
}

interface ScreenOptions {
  write: (text: string) => void;
  size: () => { columns: number; rows: number };
  style: Style;
}

type LineStyle = (line: string) => string;

const asItIs: LineStyle = (line) => line;

const PROMPT = '› ';
const UP = (rows: number): string => (rows > 0 ? `\u001b[${rows}A` : '');
const CLEAR_BELOW = '\u001b[J';
/** Terminals that know this show what is between as one; the others ignore it. */
const BEGIN = '\u001b[?2026h';
const END = '\u001b[?2026l';

/**
 * A terminal whose lines above stay in its scrollback for good, and whose last lines are drawn anew. A line that has not
 * ended yet belongs to the latter.
 */
export class Screen {
  readonly #options: ScreenOptions;
  #footer: Footer | null = null;
  /** The beginning of a line that goes on, and how it is shown once it is whole. */
  #open = '';
  #show: LineStyle = asItIs;
  /** What was drawn last, by row, and in which of them the cursor is. */
  #drawn: string[] = [];
  #cursorRow = 0;

  constructor(options: ScreenOptions) {
    this.#options = options;
  }

  /** Adds text above the footer; `show` says how each whole line of it looks. */
  write(text: string, show: LineStyle = asItIs): void {
    const lines = text.split('\n');
    const shown: string[] = [];
    for (const [at, line] of lines.entries()) {
      if (this.#open === '') this.#show = show;
      this.#open += line;
      if (at === lines.length - 1) break;
      shown.push(`${this.#show(this.#open)}\n`);
      this.#open = '';
    }
    this.#draw(shown.join(''));
  }

  setFooter(footer: Footer): void {
    this.#footer = footer;
    this.#draw('');
  }

  /** After a resize, and after another program had the terminal. */
  redraw(): void {
    this.#draw('');
  }

  /** Takes the footer away; what is above stays. */
  close(): void {
    this.#footer = null;
    const open = this.#open === '' ? '' : `${this.#show(this.#open)}\n`;
    this.#open = '';
    this.#draw(open);
  }

  #draw(above: string): void {
    const { write } = this.#options;
    const erase = `${UP(this.#rowsAboveCursor())}\r${CLEAR_BELOW}`;
    const { rows, cursorRow, cursorColumn } = this.#layOut();
    const plain = rows.map(({ text }) => text);
    const drawn = rows.map(({ text, isDim }) => (isDim ? this.#options.style.dim(text) : text)).join('\r\n');
    const back = rows.length === 0 ? '' : `${UP(rows.length - 1 - cursorRow)}\r`;
    const right = cursorColumn > 0 ? `\u001b[${cursorColumn}C` : '';
    write(`${BEGIN}${erase}${above.replaceAll('\n', '\r\n')}${drawn}${back}${right}${END}`);
    this.#drawn = plain;
    this.#cursorRow = cursorRow;
  }

  /** A terminal that became narrower has broken the rows that were drawn for a wider one. */
  #rowsAboveCursor(): number {
    const { columns } = this.#options.size();
    const tall = (row: string): number => Math.max(1, Math.ceil(textWidth(row) / columns));
    return this.#drawn.slice(0, this.#cursorRow).reduce((sum, row) => sum + tall(row), 0);
  }

  #layOut(): { rows: { text: string; isDim: boolean }[]; cursorRow: number; cursorColumn: number } {
    if (!this.#footer) return { rows: [], cursorRow: 0, cursorColumn: 0 };
    const { columns, rows: height } = this.#options.size();
    // The last column stays free: a cursor behind it is on another line in some terminals.
    const width = Math.max(10, columns - 1);
    const { lines, composer, status } = this.#footer;
    const open = wrap(this.#open, width).slice(-Math.max(1, Math.floor(height / 2)));
    const rows = [...open, ...lines.map((line) => fit(line, width))].map((text) => ({ text, isDim: false }));
    if (composer) {
      const before = fitEnd(composer.before, width - PROMPT.length);
      const room = width - PROMPT.length - textWidth(before);
      rows.push({ text: PROMPT + before + (room > 0 ? fit(composer.after, room) : ''), isDim: false });
      rows.push({ text: fit(status, width), isDim: true });
      return { rows, cursorRow: rows.length - 2, cursorColumn: PROMPT.length + textWidth(before) };
    }
    rows.push({ text: fit(status, width), isDim: true });
    return { rows, cursorRow: rows.length - 1, cursorColumn: 0 };
  }
}

function wrap(line: string, columns: number): string[] {
  if (line === '') return [];
  const rows: string[] = [];
  let row = '';
  // Of a line that is still being written: where exactly it breaks is seen for a moment only.
  for (const character of line.replaceAll('\t', '    ')) {
    if (textWidth(row + character) > columns) {
      rows.push(row);
      row = '';
    }
    row += character;
  }
  return [...rows, row];
}
