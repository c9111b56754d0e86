import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type StoreSnapshot } from './emulate-internals';
import { type TokenRecord } from './token-registry';

/** What survives a restart beside the bare repositories. */
export interface State {
  readonly format: 1;
  readonly appPrivateKeyPem: string;
  readonly store: StoreSnapshot;
  readonly tokens: readonly TokenRecord[];
}

/** These rows are made anew from the bare repositories, which have the same objects. */
const IN_GIT = ['github.blobs', 'github.trees', 'github.commits'];
const DELAY_MS = 250;

/** A snapshot without what git keeps; the tables stay, empty, since emulate drops those it can't find. */
export function withoutObjects(snapshot: StoreSnapshot): StoreSnapshot {
  const collections = Object.entries(snapshot.collections).map(
    ([name, table]) => [name, IN_GIT.includes(name) ? { ...table, items: [] } : table] as const,
  );
  return { ...snapshot, collections: Object.fromEntries(collections) };
}

/**
 * Reads the state of an earlier start, if there was one.
 * @throws with what to do when the file is damaged or of another format
 */
export function readState(path: string): State | undefined {
  if (!existsSync(path)) return undefined;
  try {
    // Written by this file alone; the format is what can differ, and is checked.
    const state = JSON.parse(readFileSync(path, 'utf8')) as State;
    if ((state.format as number) === 1) return state;
    throw new Error(`its format is ${String(state.format)}, not 1`);
  } catch (cause) {
    throw new Error(`${path} can't be read: delete it to start with fresh accounts and pull requests.`, {
      cause,
    });
  }
}

/** Writes the state shortly after a change, so that many changes make one file, and never half a file. */
export class StateWriter {
  readonly #path: string;
  readonly #capture: () => State;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, capture: () => State) {
    this.#path = path;
    this.#capture = capture;
  }

  schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.flush().catch((error: unknown) => {
        console.error('The emulated GitHub could not save its state:', error);
      });
    }, DELAY_MS);
  }

  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing
      .catch(() => undefined) // that failure was told to the one who asked for it
      .then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const unfinished = `${this.#path}.tmp`;
    await mkdir(dirname(this.#path), { recursive: true });
    await writeFile(unfinished, JSON.stringify(this.#capture()), { mode: 0o600 });
    await rename(unfinished, this.#path);
  }
}
