import { sameName, sideName, unquote } from './git-path';

/** One file of a patch: all that its heading shows, and where its lines are. Those are read when it is opened. */
export interface PatchFile {
  path: string;
  /** What it was called before, when that is another name. */
  oldPath: string | null;
  status: 'added' | 'modified' | 'deleted' | 'renamed' | 'copied';
  isBinary: boolean;
  /** Git's file modes, such as `100755`, when the mode changed. */
  modes: { before: string; after: string } | null;
  /** It is a symbolic link or a submodule, whose one line says where it leads. */
  special: 'link' | 'submodule' | null;
  additions: number;
  deletions: number;
  /** How many lines its hunks have, with the headings of hunks. */
  lines: number;
  /** The most digits that a line number of it has. */
  digits: number;
  /** Where its hunks are in the patch: from the first `@@` to the end of the section; empty without any. */
  start: number;
  end: number;
}

/** So long is worked on before the page gets its turn. */
const MAX_BUSY_MS = 12;
const LINES_BETWEEN_LOOKS = 2_000;

const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/**
 * Finds the files of a patch as git prints it, in one pass that lets the page breathe. Lines of hunks are counted by
 * what their hunk says, so nothing in a file's content is taken for a heading.
 */
export async function indexPatch(patch: string, signal?: AbortSignal): Promise<PatchFile[]> {
  const index = new PatchIndex();
  const reader = new LineReader(patch);
  let busySince = performance.now();
  for (let count = 1; !reader.isAtEnd; count += 1) {
    if (count % LINES_BETWEEN_LOOKS === 0 && performance.now() - busySince > MAX_BUSY_MS) {
      await nextTask();
      signal?.throwIfAborted();
      busySince = performance.now();
    }
    index.take(reader);
    reader.next();
  }
  return index.finish(patch.length);
}

/** The files found so far, and the one that is being read. */
class PatchIndex {
  readonly #files: PatchFile[] = [];
  #section: Section | null = null;

  take(reader: LineReader): void {
    if (this.#section?.takesContent() === true) {
      this.#section.content(reader);
    } else if (reader.startsWith('diff --git ')) {
      this.finish(reader.at);
      this.#section = new Section(reader.line().slice('diff --git '.length));
    } else {
      this.#section?.heading(reader);
    }
  }

  finish(end: number): PatchFile[] {
    if (this.#section) this.#files.push(this.#section.finish(end));
    this.#section = null;
    return this.#files;
  }
}

/** Goes through a text line by line without making a string of each. */
class LineReader {
  readonly #text: string;
  at = 0;
  #end = 0;

  constructor(text: string) {
    this.#text = text;
    this.#seekEnd();
  }

  get isAtEnd(): boolean {
    return this.at >= this.#text.length;
  }

  get first(): string {
    return this.#text[this.at] ?? '';
  }

  startsWith(prefix: string): boolean {
    return this.#text.startsWith(prefix, this.at);
  }

  line(): string {
    return this.#text.slice(this.at, this.#end);
  }

  next(): void {
    this.at = this.#end + 1;
    this.#seekEnd();
  }

  #seekEnd(): void {
    const found = this.#text.indexOf('\n', this.at);
    this.#end = found === -1 ? this.#text.length : found;
  }
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/** What was read of one file's section so far. */
class Section {
  readonly #names: string;
  readonly #heads = new Map<string, string>();
  #isBinary = false;
  #additions = 0;
  #deletions = 0;
  #lines = 0;
  #lastLine = 0;
  #start = -1;
  /** Lines that the present hunk still has on each side. */
  #oldLeft = 0;
  #newLeft = 0;

  constructor(names: string) {
    this.#names = names;
  }

  takesContent(): boolean {
    return this.#oldLeft > 0 || this.#newLeft > 0;
  }

  content({ first }: LineReader): void {
    this.#lines += 1;
    if (first === '+') {
      this.#additions += 1;
      this.#newLeft -= 1;
    } else if (first === '-') {
      this.#deletions += 1;
      this.#oldLeft -= 1;
    } else if (first !== '\\') {
      this.#oldLeft -= 1;
      this.#newLeft -= 1;
    }
  }

  heading(reader: LineReader): void {
    if (reader.startsWith('@@ ')) {
      const [, oldFrom, oldCount = '1', newFrom, newCount = '1'] = HUNK.exec(reader.line()) ?? [];
      this.#oldLeft = Number(oldCount);
      this.#newLeft = Number(newCount);
      this.#lastLine = Math.max(
        this.#lastLine,
        Number(oldFrom) + this.#oldLeft,
        Number(newFrom) + this.#newLeft,
      );
      if (this.#start === -1) this.#start = reader.at;
      this.#lines += 1;
      return;
    }
    // Behind the first hunk there are no headings, and before it only these.
    if (this.#start !== -1) return;
    if (reader.startsWith('Binary files ') || reader.startsWith('GIT binary patch')) this.#isBinary = true;
    for (const name of HEADS) {
      if (reader.startsWith(name)) this.#heads.set(name, reader.line().slice(name.length));
    }
  }

  finish(end: number): PatchFile {
    const { path, oldPath } = this.#pathsOf();
    return {
      ...{ path, oldPath: oldPath === path ? null : oldPath },
      ...{ status: this.#status(), isBinary: this.#isBinary, modes: this.#modes(), special: this.#special() },
      ...{
        additions: this.#additions,
        deletions: this.#deletions,
        lines: this.#lines,
        digits: String(this.#lastLine).length,
      },
      ...{ start: this.#start === -1 ? end : this.#start, end },
    };
  }

  #pathsOf(): { path: string; oldPath: string | null } {
    const moved = (to: 'from' | 'to') => this.#head(`rename ${to} `) ?? this.#head(`copy ${to} `);
    const [from, to] = [moved('from'), moved('to')];
    if (from !== null && to !== null) return { path: unquote(to), oldPath: unquote(from) };
    const [minus, plus] = [this.#head('--- '), this.#head('+++ ')];
    const path = (plus === null ? null : sideName(plus)) ?? (minus === null ? null : sideName(minus));
    return { path: path ?? sameName(this.#names), oldPath: null };
  }

  #status(): PatchFile['status'] {
    if (this.#heads.has('new file mode ')) return 'added';
    if (this.#heads.has('deleted file mode ')) return 'deleted';
    if (this.#heads.has('rename to ')) return 'renamed';
    return this.#heads.has('copy to ') ? 'copied' : 'modified';
  }

  #modes(): PatchFile['modes'] {
    const [before, after] = [this.#head('old mode '), this.#head('new mode ')];
    return before === null || after === null ? null : { before, after };
  }

  #special(): PatchFile['special'] {
    const mode =
      this.#head('new file mode ') ?? this.#head('deleted file mode ') ?? this.#head('index ')?.split(' ')[1];
    if (mode === '120000') return 'link';
    return mode === '160000' ? 'submodule' : null;
  }

  #head(name: (typeof HEADS)[number]): string | null {
    return this.#heads.get(name) ?? null;
  }
}

const HEADS = [
  'old mode ',
  'new mode ',
  'new file mode ',
  'deleted file mode ',
  'rename from ',
  'rename to ',
  'copy from ',
  'copy to ',
  'index ',
  '--- ',
  '+++ ',
] as const;
