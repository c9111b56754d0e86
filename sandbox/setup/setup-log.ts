import { stripVTControlCharacters } from 'node:util';
import { ByteRing } from './byte-ring';

/** What one event carries at most, in bytes; its text has no more characters than that. */
const PIECE_BYTES = 8_000;
/** The beginning of a line that was left out goes too, when its end is this near. */
const LINE_START_BYTES = 1_000;

export interface LogLimits {
  /** How much of the beginning is kept, and how much of the end. */
  headBytes: number;
  tailBytes: number;
}

const LIMITS: LogLimits = { headBytes: 64 * 1024, tailBytes: 64 * 1024 };

/**
 * What is kept of a program's output, however much that is: its beginning, told while it comes, and its end. In
 * between stands how much was left out.
 */
export class SetupLog {
  readonly #head: Buffer;
  readonly #tail: ByteRing;
  #headLength = 0;
  #told = 0;
  #isHeldBackTold = false;

  constructor({ headBytes, tailBytes }: LogLimits = LIMITS) {
    this.#head = Buffer.alloc(headBytes);
    this.#tail = new ByteRing(tailBytes);
  }

  add(chunk: Buffer): void {
    const taken = chunk.copy(this.#head, this.#headLength);
    this.#headLength += taken;
    this.#tail.add(chunk.subarray(taken));
  }

  /** The next piece that can be told while more comes, up to the end of a line if there is one; null for nothing new. */
  next(): string | null {
    const waiting = this.#head.subarray(this.#told, this.#headLength);
    const piece = waiting.subarray(0, pieceLength(waiting));
    if (piece.length > 0) {
      this.#told += piece.length;
      return cleanOutput(piece);
    }
    if (this.#tail.total === 0 || this.#isHeldBackTold) return null;
    this.#isHeldBackTold = true;
    return '\n… there is much of it: its end follows when the setup is over …\n';
  }

  /** Everything that was not told yet, when no more comes. */
  rest(): string[] {
    const head = this.#head.subarray(this.#told, this.#headLength);
    this.#told = this.#headLength;
    const end = this.#tail.read();
    if (this.#tail.lost === 0) return pieces(Buffer.concat([head, end]));
    const kept = wholeLength(head);
    const skipped = brokenStart(end);
    const lost = head.length - kept + this.#tail.lost + skipped;
    return [
      ...pieces(head.subarray(0, kept)),
      `\n… ${lost.toLocaleString('en-US')} bytes were left out here …\n`,
      ...pieces(end.subarray(skipped)),
    ];
  }

  /** The last lines that say something, on at most so many characters. */
  lastWords(maxLength: number): string {
    const end = this.#tail.total > 0 ? this.#tail.read() : this.#head.subarray(0, this.#headLength);
    const text = cleanOutput(end.subarray(Math.max(0, end.length - 4 * maxLength)));
    const lines = text.split('\n').map((line) => line.trim());
    const said = lines.filter((line) => line !== '').slice(-3);
    return said.join('\n').slice(-maxLength).trim();
  }
}

/** Text for people: no colours and cursor moves, and of a line that overwrites itself what stood there in the end. */
function cleanOutput(bytes: Buffer): string {
  const text = stripVTControlCharacters(bytes.toString('utf8')).replaceAll('\r\n', '\n');
  return text.split('\n').map(lastWritten).join('\n');
}

function lastWritten(line: string): string {
  return line.slice(line.lastIndexOf('\r', line.length - 2) + 1);
}

function pieces(bytes: Buffer): string[] {
  const found: string[] = [];
  let rest = bytes;
  while (rest.length > 0) {
    // What never becomes a whole character is told as it is.
    const length = rest.length <= PIECE_BYTES ? rest.length : pieceLength(rest) || PIECE_BYTES;
    found.push(cleanOutput(rest.subarray(0, length)));
    rest = rest.subarray(length);
  }
  return found;
}

/** How much of the bytes is a piece: up to the last line break in it, else up to the last whole character. */
function pieceLength(bytes: Buffer): number {
  const most = bytes.subarray(0, PIECE_BYTES);
  return most.lastIndexOf('\n') + 1 || wholeLength(most);
}

/** Without the beginning of a character whose end is missing. */
function wholeLength(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** How many bytes at the beginning belong to a line, or at least to a character, that began before. */
function brokenStart(bytes: Buffer): number {
  const lineEnd = bytes.subarray(0, LINE_START_BYTES).indexOf('\n');
  if (lineEnd >= 0) return lineEnd + 1;
  const first = bytes.subarray(0, 4).findIndex((byte) => (byte & 0xc0) !== 0x80);
  return Math.max(first, 0);
}
