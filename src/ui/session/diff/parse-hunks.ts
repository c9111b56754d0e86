/** One line of a change. */
export interface DiffLine {
  type: 'context' | 'added' | 'removed';
  /** Numbers in the old and the new file; null where the line is not in it. */
  oldLine: number | null;
  newLine: number | null;
  /** Without its line feed; a carriage return before that is part of it. */
  text: string;
  /** The file ends here, without a line feed. */
  endsFile: boolean;
}

export interface Hunk {
  /** What git says after the second `@@`: the function that it is in, as a rule. */
  header: string;
  lines: DiffLine[];
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$/;

/** Reads the hunks of one file, from its first `@@` on. */
export function parseHunks(section: string): Hunk[] {
  const hunks: Hunk[] = [];
  let reader = new HunkReader([]);
  for (const line of section.split('\n')) {
    if (line.startsWith('\\')) reader.endFile();
    else if (!reader.isFull()) reader.add(line);
    else {
      const [whole, oldStart, oldCount = '1', newStart, newCount = '1', header = ''] = HUNK.exec(line) ?? [];
      if (whole === undefined) continue;
      const lines: DiffLine[] = [];
      hunks.push({ header, lines });
      reader = new HunkReader(lines, {
        old: { next: Number(oldStart), left: Number(oldCount) },
        new: { next: Number(newStart), left: Number(newCount) },
      });
    }
  }
  return hunks;
}

interface Side {
  /** The number of its next line. */
  next: number;
  /** Lines that the hunk still has on this side. */
  left: number;
}

class HunkReader {
  readonly #lines: DiffLine[];
  readonly #old: Side;
  readonly #new: Side;

  constructor(lines: DiffLine[], { old, new: fresh }: { old: Side; new: Side } = NONE) {
    this.#lines = lines;
    this.#old = { ...old };
    this.#new = { ...fresh };
  }

  isFull(): boolean {
    return this.#old.left <= 0 && this.#new.left <= 0;
  }

  add(line: string): void {
    const type = line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : 'context';
    const oldLine = type === 'added' ? null : take(this.#old);
    const newLine = type === 'removed' ? null : take(this.#new);
    this.#lines.push({ type, oldLine, newLine, text: line.slice(1), endsFile: false });
  }

  endFile(): void {
    const last = this.#lines.at(-1);
    if (last) last.endsFile = true;
  }
}

const NONE = { old: { next: 0, left: 0 }, new: { next: 0, left: 0 } };

function take(side: Side): number {
  side.left -= 1;
  side.next += 1;
  return side.next - 1;
}
