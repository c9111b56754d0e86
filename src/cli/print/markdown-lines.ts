import type { Style } from './style';

/**
 * Markdown as a terminal shows it, line by line as it comes: headings and emphasis by weight, lists by their marks, code
 * as it is. What it does not know stays as it was written.
 */
export class MarkdownLines {
  readonly #style: Style;
  #fence: string | null = null;

  constructor(style: Style) {
    this.#style = style;
  }

  /** A whole line, which has no control characters. */
  line(text: string): string {
    const fence = /^ {0,3}(`{3,}|~{3,})/.exec(text)?.[1];
    if (this.#fence !== null) {
      if (fence?.startsWith(this.#fence) === true) {
        this.#fence = null;
        return this.#style.dim(text);
      }
      return this.#style.code(`  ${text}`);
    }
    if (fence !== undefined) {
      this.#fence = fence;
      return this.#style.dim(text);
    }
    return this.#block(text);
  }

  #block(text: string): string {
    const heading = /^ {0,3}#{1,6} +(.*?)(?: +#+)?$/.exec(text)?.[1];
    if (heading !== undefined) return this.#style.bold(withoutMarks(heading));
    if (/^ {0,3}([-*_])( *\1){2,} *$/.test(text)) return this.#style.dim('─'.repeat(20));
    const item = /^(\s*)[-*+] (.*)$/.exec(text);
    if (item) return `${item[1] ?? ''}• ${this.#inline(item[2] ?? '')}`;
    const quote = /^ {0,3}> ?(.*)$/.exec(text)?.[1];
    return quote === undefined ? this.#inline(text) : this.#style.dim(`│ ${quote}`);
  }

  #inline(text: string): string {
    return text
      .split(/(`+[^`]+`+)/)
      .map((piece) => (piece.startsWith('`') ? this.#code(piece) : this.#emphasis(piece)))
      .join('');
  }

  /** Without colour the marks are what says that it is code. */
  #code(piece: string): string {
    return this.#style.hasColour ? this.#style.code(piece.replace(/^`+|`+$/g, '')) : piece;
  }

  #emphasis(text: string): string {
    return text
      .replace(/\*\*(\S(?:.*?\S)?)\*\*/g, (_all, words: string) => this.#style.bold(words))
      .replace(/\[([^\]]+)\]\((https?:[^)\s]+)\)/g, (_all, words: string, url: string) =>
        words === url ? url : `${words} (${url})`,
      );
  }
}

function withoutMarks(text: string): string {
  return text.replace(/\*\*|`/g, '');
}
