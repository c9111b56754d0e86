import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../supervisor/kill-processes';
import { applyLine, emptyJournal, JournalLine, type JournalState, summarize } from './journal-lines';

/** Above this size a journal is written anew, without what is over, as soon as nothing is in the air. */
const COMPACT_ABOVE_BYTES = 1_000_000;

/** Given back to a full disk, so that the last words of a turn still find room. */
const BALLAST_BYTES = 512 * 1024;

/** The disk has no room left, not even for the bridge's own notes. */
export class JournalFullError extends Error {
  constructor(cause: unknown) {
    super('The disk is full', { cause });
    this.name = 'JournalFullError';
  }
}

/**
 * The bridge's memory: an append-only file for one epoch. A line is written before anything is told of it, so
 * whatever the server or the agent heard is known after a kill. It survives a killed process at any byte; what
 * a lost disk takes along, the next epoch does without.
 */
export class Journal {
  readonly #path: string;
  readonly #ballast: string;
  #file: number;
  #sizeBytes: number;
  #state: JournalState;
  /** The disk was full once: there is no second reserve. */
  isDiskFull = false;

  private constructor(folder: string, path: string, read: { state: JournalState; sizeBytes: number }) {
    this.#path = path;
    this.#ballast = join(folder, 'ballast');
    this.#state = read.state;
    this.#sizeBytes = read.sizeBytes;
    this.#file = openSync(path, 'r+');
    // A torn last line was never told to anybody: it goes.
    ftruncateSync(this.#file, read.sizeBytes);
  }

  /**
   * Opens the journal of an epoch, or begins one under the boot id that `makeBootId` answers. Journals of other
   * epochs, which a restored disk brings along, are discarded. Errors: a damaged line that is not the last one.
   */
  static open(folder: string, epoch: number, makeBootId: () => string): Journal {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const name = `outbox-${epoch}.jsonl`;
    for (const other of readdirSync(folder)) {
      if (other.startsWith('outbox-') && other !== name) rmSync(join(folder, other));
    }
    const path = join(folder, name);
    const read = existsSync(path) ? readJournal(readFileSync(path), epoch) : null;
    if (read) return Journal.#ready(new Journal(folder, path, read));
    writeFileSync(path, '', { mode: 0o600 });
    const bootId = makeBootId();
    const journal = new Journal(folder, path, { state: emptyJournal(epoch, bootId), sizeBytes: 0 });
    journal.append({ t: 'boot', epoch, bootId });
    return Journal.#ready(journal);
  }

  static #ready(journal: Journal): Journal {
    try {
      if (!existsSync(journal.#ballast)) writeFileSync(journal.#ballast, Buffer.alloc(BALLAST_BYTES));
    } catch (error) {
      if (!isNoRoom(error)) throw error;
      rmSync(journal.#ballast, { force: true });
      journal.isDiskFull = true;
    }
    return journal;
  }

  get state(): JournalState {
    return this.#state;
  }

  /** Writes lines, all or none, then they count. Errors: JournalFullError. */
  append(...lines: JournalLine[]): void {
    const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    try {
      this.#write(bytes);
    } catch (error) {
      if (!isNoRoom(error)) throw error;
      this.#giveBallast(error);
      this.#write(bytes);
    }
    this.#state = lines.reduce(applyLine, this.#state);
  }

  /** Takes the reserve back when there is room again; whether there is. */
  recover(): boolean {
    this.isDiskFull = false;
    Journal.#ready(this);
    return !this.isDiskFull;
  }

  /** Writes the file anew without what is over, when it is long and nothing is in the air. */
  compact(): void {
    if (this.#sizeBytes < COMPACT_ABOVE_BYTES) return;
    const lines = summarize(this.#state);
    if (!lines) return;
    const next = `${this.#path}.next`;
    const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    writeFileSync(next, bytes, { mode: 0o600 });
    renameSync(next, this.#path);
    closeSync(this.#file);
    this.#file = openSync(this.#path, 'r+');
    fsyncSync(this.#file);
    this.#sizeBytes = bytes.length;
    this.#state = lines.reduce(applyLine, this.#state);
  }

  close(): void {
    fsyncSync(this.#file);
    closeSync(this.#file);
  }

  #write(bytes: Buffer): void {
    try {
      let written = 0;
      while (written < bytes.length) {
        written += writeSync(this.#file, bytes, written, bytes.length - written, this.#sizeBytes + written);
      }
    } catch (error) {
      ftruncateSync(this.#file, this.#sizeBytes);
      throw error;
    }
    this.#sizeBytes += bytes.length;
  }

  #giveBallast(cause: unknown): void {
    this.isDiskFull = true;
    if (!existsSync(this.#ballast)) throw new JournalFullError(cause);
    rmSync(this.#ballast);
  }
}

function isNoRoom(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** Folds a file's lines; null for one that is of another epoch or holds not even its first line. */
function readJournal(bytes: Buffer, epoch: number): { state: JournalState; sizeBytes: number } | null {
  const sizeBytes = bytes.lastIndexOf('\n') + 1;
  const lines = bytes.subarray(0, sizeBytes).toString('utf8').split('\n').slice(0, -1);
  const parsed = lines.map((line) => JournalLine.parse(JSON.parse(line)));
  const [first] = parsed;
  if (first?.t !== 'boot' || first.epoch !== epoch) return null;
  return { state: parsed.reduce(applyLine, emptyJournal(epoch, first.bootId)), sizeBytes };
}
