/** Finds values in the text of a JSON file without touching how the file is written. */

export interface JsonSpan {
  start: number;
  end: number;
}

/** A member found on the way: its path and where its value stands. */
interface Member {
  path: readonly string[];
  span: JsonSpan;
}

const STRING = /"(?:[^"\\]|\\.)*"/y;
const SCALAR = /[^\s,\]}]+/y;
const BLANKS = /\s*/y;

class Walker {
  readonly members: Member[] = [];
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  #take(expression: RegExp): string {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  /** Takes one mark, with the blanks before it, if it is there. */
  #takeMark(mark: string): boolean {
    this.#take(BLANKS);
    if (this.#text[this.#at] !== mark) return false;
    this.#at += 1;
    return true;
  }

  value(path: readonly string[]): JsonSpan {
    this.#take(BLANKS);
    const start = this.#at;
    if (this.#takeMark('{')) this.#object(path);
    else if (this.#takeMark('[')) this.#array(path);
    else if (this.#take(STRING) === '') this.#take(SCALAR);
    return { start, end: this.#at };
  }

  #object(path: readonly string[]): void {
    while (!this.#takeMark('}')) {
      this.#take(BLANKS);
      // The walker only sees text that JSON.parse has accepted, so this is a string.
      const key = JSON.parse(this.#take(STRING)) as string;
      this.#takeMark(':');
      const own = [...path, key];
      this.members.push({ path: own, span: this.value(own) });
      this.#takeMark(',');
    }
  }

  #array(path: readonly string[]): void {
    for (let index = 0; !this.#takeMark(']'); index += 1) {
      const own = [...path, String(index)];
      this.members.push({ path: own, span: this.value(own) });
      this.#takeMark(',');
    }
  }
}

export type JsonSearch =
  | { kind: 'found'; span: JsonSpan }
  | { kind: 'invalid'; message: string }
  | { kind: 'missing'; keys: string[] }
  | { kind: 'ambiguous'; paths: string[] };

/**
 * Finds a key by its dotted path from the top, or by its bare name when only one member bears it. A file that
 * is not JSON, as one with comments, is `invalid`.
 */
export const findJsonValue = (text: string, key: string): JsonSearch => {
  try {
    JSON.parse(text);
  } catch (error) {
    return { kind: 'invalid', message: error instanceof Error ? error.message : String(error) };
  }
  const walker = new Walker(text);
  walker.value([]);
  const dotted = walker.members.find((member) => member.path.join('.') === key);
  if (dotted !== undefined) return { kind: 'found', span: dotted.span };
  const named = walker.members.filter((member) => member.path.at(-1) === key);
  const [only] = named;
  if (only === undefined) {
    const top = walker.members.filter((member) => member.path.length === 1);
    return { kind: 'missing', keys: top.map((member) => member.path.join('.')) };
  }
  return named.length === 1
    ? { kind: 'found', span: only.span }
    : { kind: 'ambiguous', paths: named.map((member) => member.path.join('.')) };
};
