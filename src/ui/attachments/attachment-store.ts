import { type Attachment, MAX_ATTACHMENTS } from '@/domain/events/session-event';
import { type AttachedFile, type FileState, type PreparedFile, RefusedFileError } from './attached-file';
import { uniqueName } from './unique-name';

interface StoreDeps {
  prepare: (file: File) => Promise<PreparedFile>;
  upload: (
    file: PreparedFile,
    options: { signal: AbortSignal; onProgress: (share: number) => void },
  ) => Promise<Attachment>;
  newId: () => string;
  /** A failure in words for the person. */
  wordsOf: (error: unknown) => string;
  /** Where files that are uploaded outlive a reload. */
  kept: { read: () => AttachedFile[]; write: (files: AttachedFile[]) => void };
}

/** What is known of a file beside what is shown. */
interface Work {
  source: File;
  prepared: PreparedFile | null;
  abort: AbortController;
}

/** The files beside one draft: each is prepared and uploaded as soon as it is there, so that sending waits for nothing. */
export class AttachmentStore {
  readonly #deps: StoreDeps;
  readonly #listeners = new Set<() => void>();
  readonly #work = new Map<string, Work>();
  #files: readonly AttachedFile[];

  constructor(deps: StoreDeps) {
    this.#deps = deps;
    this.#files = deps.kept.read();
  }

  readonly getFiles = (): readonly AttachedFile[] => this.#files;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly add = (sources: Iterable<File>): void => {
    for (const source of sources) {
      const id = this.#deps.newId();
      const { size: sizeBytes, type: mime } = source;
      const name = this.#nameFor(source.name || 'file', id);
      const file = { id, name, mime, sizeBytes, thumbnail: null };
      const count = this.#files.filter(({ state }) => state.type !== 'refused').length;
      if (count >= MAX_ATTACHMENTS) {
        const message = `A prompt takes at most ${MAX_ATTACHMENTS} files.`;
        this.#set([...this.#files, { ...file, state: { type: 'refused', message } }]);
        continue;
      }
      this.#set([...this.#files, { ...file, state: { type: 'preparing' } }]);
      this.#work.set(id, { source, prepared: null, abort: new AbortController() });
      void this.#send(id);
    }
  };

  readonly remove = (id: string): void => {
    this.#work.get(id)?.abort.abort();
    this.#work.delete(id);
    this.#set(this.#files.filter((file) => file.id !== id));
  };

  /** Tries a file that failed once more. */
  readonly retry = (id: string): void => {
    if (this.#files.find((file) => file.id === id)?.state.type === 'failed') void this.#send(id);
  };

  /** Forgets all of them: they went with a prompt, or are not wanted. */
  readonly clear = (): void => {
    for (const { abort } of this.#work.values()) abort.abort();
    this.#work.clear();
    this.#set([]);
  };

  /** Files that went with a prompt which was refused are there again. */
  readonly putBack = (files: readonly AttachedFile[]): void => {
    const present = new Set(this.#files.map(({ id }) => id));
    this.#set([...files.filter(({ id }) => !present.has(id)), ...this.#files]);
  };

  async #send(id: string): Promise<void> {
    const work = this.#work.get(id);
    if (!work) return;
    try {
      this.#change(id, { state: { type: 'preparing' } });
      const prepared = (work.prepared ??= await this.#deps.prepare(work.source));
      const name = this.#nameFor(prepared.name, id);
      const { mime, thumbnail, content } = prepared;
      this.#change(id, { name, mime, thumbnail, sizeBytes: content.size });
      this.#change(id, { state: { type: 'uploading', share: 0 } });
      const attachment = await this.#deps.upload(
        { ...prepared, name },
        {
          signal: work.abort.signal,
          onProgress: (share) => this.#change(id, { state: { type: 'uploading', share } }),
        },
      );
      this.#change(id, { state: { type: 'ready', attachment } });
      this.#work.delete(id);
    } catch (error) {
      this.#change(id, { state: this.#endOf(error) });
    }
  }

  #endOf(error: unknown): FileState {
    return error instanceof RefusedFileError
      ? { type: 'refused', message: error.message }
      : { type: 'failed', message: this.#deps.wordsOf(error) };
  }

  #nameFor(wanted: string, id: string): string {
    const others = this.#files.filter((file) => file.id !== id).map(({ name }) => name);
    return uniqueName(wanted, others);
  }

  /** Nothing when the file was removed in the meantime. */
  #change(id: string, change: Partial<AttachedFile>): void {
    if (!this.#files.some((file) => file.id === id)) return;
    this.#set(this.#files.map((file) => (file.id === id ? { ...file, ...change } : file)));
  }

  #set(files: readonly AttachedFile[]): void {
    this.#files = files;
    this.#deps.kept.write(files.filter(({ state }) => state.type === 'ready'));
    for (const listener of [...this.#listeners]) listener();
  }
}
