/** What is being typed: the text and where the cursor stands in it, in UTF-16 units. */
export interface Draft {
  readonly text: string;
  readonly cursor: number;
}

/** A key as Node's readline names it. */
export interface Key {
  /** What it writes; empty for a key that writes nothing. */
  text: string;
  name: string;
  ctrl: boolean;
  meta: boolean;
}

const EMPTY_DRAFT: Draft = { text: '', cursor: 0 };

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** One line of typing with what came before it to look through. */
export class Composer {
  draft: Draft = EMPTY_DRAFT;
  readonly #history: string[] = [];
  /** How far back; 0 is the draft itself, which is kept meanwhile. */
  #back = 0;
  #kept = '';

  /** Whether the key was one of typing. */
  press(key: Key): boolean {
    const edited = this.#move(key) ?? edit(this.draft, key);
    if (!edited) return false;
    this.draft = edited;
    return true;
  }

  /** Puts a text in, as a paste does: it may have several lines. */
  insert(text: string): void {
    this.draft = insertInto(this.draft, text);
  }

  /** Takes the text out to be sent, and remembers it. */
  take(): string {
    const { text } = this.draft;
    if (text.trim() !== '' && this.#history.at(-1) !== text) this.#history.push(text);
    this.draft = EMPTY_DRAFT;
    this.#back = 0;
    return text;
  }

  /** Gives a text back that could not be sent; what was typed meanwhile stays after it. */
  putBack(text: string): void {
    const rest = this.draft.text;
    const whole = rest === '' ? text : `${text}\n${rest}`;
    this.draft = { text: whole, cursor: whole.length };
  }

  #move({ name }: Key): Draft | null {
    if (name !== 'up' && name !== 'down') return null;
    const back = Math.max(0, Math.min(this.#history.length, this.#back + (name === 'up' ? 1 : -1)));
    if (back === this.#back) return this.draft;
    if (this.#back === 0) this.#kept = this.draft.text;
    this.#back = back;
    const text = back === 0 ? this.#kept : (this.#history.at(-back) ?? '');
    return { text, cursor: text.length };
  }
}

function insertInto({ text, cursor }: Draft, added: string): Draft {
  return { text: text.slice(0, cursor) + added + text.slice(cursor), cursor: cursor + added.length };
}

function edit(draft: Draft, key: Key): Draft | null {
  const { text, cursor } = draft;
  const cut = (from: number, to: number): Draft => ({
    text: text.slice(0, from) + text.slice(to),
    cursor: from,
  });
  const moved: Record<string, () => Draft> = {
    left: () => ({ text, cursor: before(text, cursor) }),
    right: () => ({ text, cursor: after(text, cursor) }),
    home: () => ({ text, cursor: 0 }),
    end: () => ({ text, cursor: text.length }),
    backspace: () => cut(before(text, cursor), cursor),
    delete: () => cut(cursor, after(text, cursor)),
    'ctrl+a': () => ({ text, cursor: 0 }),
    'ctrl+e': () => ({ text, cursor: text.length }),
    'ctrl+u': () => cut(0, cursor),
    'ctrl+k': () => cut(cursor, text.length),
    'ctrl+w': () => cut(wordStart(text, cursor), cursor),
    'ctrl+j': () => insertInto(draft, '\n'),
    enter: () => insertInto(draft, '\n'),
  };
  const run = moved[key.ctrl ? `ctrl+${key.name}` : key.name];
  if (run) return run();
  const isTyped = key.text !== '' && !key.ctrl && !key.meta && !/[\u0000-\u001f\u007f-\u009f]/.test(key.text);
  return isTyped ? insertInto(draft, key.text) : null;
}

function before(text: string, cursor: number): number {
  return [...graphemes.segment(text.slice(0, cursor))].at(-1)?.index ?? 0;
}

function after(text: string, cursor: number): number {
  const [next] = graphemes.segment(text.slice(cursor));
  return cursor + (next?.segment.length ?? 0);
}

function wordStart(text: string, cursor: number): number {
  return text.slice(0, cursor).replace(/\S+\s*$/, '').length;
}
