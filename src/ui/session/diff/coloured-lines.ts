import type { CodeLook, CodeToken } from '../../kit/code/code-token';

/** A stretch of a line in one colour. */
export interface ColouredPiece {
  text: string;
  look: CodeLook | null;
}

/** Highlighted code, cut into its lines. */
export function colouredLines(tokens: readonly CodeToken[]): ColouredPiece[][] {
  const lines: ColouredPiece[][] = [[]];
  const add = (token: CodeToken, look: CodeLook | null): void => {
    if (typeof token !== 'string') {
      for (const inner of token.inside) add(inner, token.look ?? look);
      return;
    }
    for (const [at, text] of token.split('\n').entries()) {
      if (at > 0) lines.push([]);
      if (text !== '') lines.at(-1)?.push({ text, look });
    }
  };
  for (const token of tokens) add(token, null);
  return lines;
}

/** What a file's code is written in, as the highlighter calls it, by its name; null for what says nothing. */
export function languageOf(path: string): string | null {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const known = WHOLE_NAMES[name];
  if (known !== undefined) return known;
  const dot = name.lastIndexOf('.');
  if (dot <= 0) return null;
  const extension = name.slice(dot + 1);
  return EXTENSIONS[extension] ?? extension;
}

const WHOLE_NAMES: Readonly<Record<string, string>> = {
  makefile: 'makefile',
  gemfile: 'ruby',
  rakefile: 'ruby',
};

/** Those that the highlighter does not know as names of languages. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  htm: 'xml',
  vue: 'xml',
  svelte: 'xml',
  jsonc: 'json',
  jsonl: 'json',
  prisma: 'graphql',
  hpp: 'cpp',
  hh: 'cpp',
  toml: 'ini',
  cfg: 'ini',
  env: 'ini',
};

/** A stretch of a line in one colour that is marked as a whole or not at all. */
export interface Piece extends ColouredPiece {
  isMarked: boolean;
}

/** Lays marks over colours: cut wherever one of the two changes. Without colours there is one for the whole line. */
export function marked(
  pieces: readonly ColouredPiece[],
  segments: readonly { text: string; isMarked: boolean }[],
): Piece[] {
  const result: Piece[] = [];
  let [at, used] = [0, 0];
  for (const { text, isMarked } of segments) {
    let left = text;
    while (left !== '') {
      const piece = pieces[at];
      const rest = piece ? piece.text.slice(used) : left;
      const taken = left.slice(0, rest.length);
      result.push({ text: taken, isMarked, look: piece?.look ?? null });
      left = left.slice(taken.length);
      used += taken.length;
      if (piece && used >= piece.text.length) [at, used] = [at + 1, 0];
    }
  }
  return result;
}
