import { lexer, type MarkedToken } from 'marked';

/** Lexing what is longer would hold up the page; it is shown as the text that it is. So is a line without an end. */
const MAX_LENGTH = 200_000;
const ENDLESS_LINE = /[^\n]{5000}/;

/**
 * Cuts Markdown into blocks. For a text that grows it looks again only at the end of it: the blocks before are kept,
 * as the same objects.
 */
export class MarkdownLexer {
  #text = '';
  #blocks: readonly MarkedToken[] = [];

  blocks(source: string): readonly MarkedToken[] {
    const text = source.replaceAll(/\r\n?/g, '\n');
    if (text === this.#text) return this.#blocks;
    const settled = settledBlocks(this.#blocks);
    const beginning = settled.map(({ raw }) => raw).join('');
    this.#blocks = text.startsWith(beginning)
      ? [...settled, ...lex(copyOf(text.slice(beginning.length)))]
      : [...lex(text)];
    this.#text = text;
    return this.#blocks;
  }
}

/**
 * The blocks that no further text can change: all but the last two that are not empty lines, since a list goes on
 * after what looked like a paragraph. With a link defined somewhere, any block may change.
 */
function settledBlocks(blocks: readonly MarkedToken[]): readonly MarkedToken[] {
  if (blocks.some(({ type }) => type === 'def')) return [];
  const solid = blocks.flatMap(({ type }, at) => (type === 'space' ? [] : at));
  return blocks.slice(0, solid.at(-2) ?? 0);
}

/** The same text in memory of its own: V8 cuts a piece without copying, and each block would keep the whole alive. */
function copyOf(text: string): string {
  return `${text} `.slice(0, -1);
}

function lex(text: string): MarkedToken[] {
  const plain: MarkedToken[] = [{ type: 'text', raw: text, text }];
  if (text.length > MAX_LENGTH || ENDLESS_LINE.test(text)) return plain;
  try {
    // Without extensions there are no tokens but marked's own.
    return lexer(text) as MarkedToken[];
  } catch (error) {
    // Text that nests more deeply than the lexer can follow is readable as it was written.
    if (error instanceof RangeError) return plain;
    throw error;
  }
}
