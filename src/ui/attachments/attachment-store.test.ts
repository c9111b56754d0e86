import { describe, expect, it } from 'vitest';
import { type Attachment, MAX_ATTACHMENTS } from '@/domain/events/session-event';
import { BlobKey } from '@/domain/ids';
import { type AttachedFile, type PreparedFile, RefusedFileError } from './attached-file';
import { AttachmentStore } from './attachment-store';

interface Upload {
  file: PreparedFile;
  signal: AbortSignal;
  progress: (share: number) => void;
  arrive: () => void;
  fail: (error: Error) => void;
}

/** A store whose uploads end when the test says so. */
function newStore({ kept = [] as AttachedFile[], refuses = '' } = {}) {
  const uploads: Upload[] = [];
  const written: AttachedFile[][] = [];
  let ids = 0;
  const store = new AttachmentStore({
    prepare: async (file) => {
      if (file.name === refuses) throw new RefusedFileError('Larger than 20 MB.');
      return { content: file, name: file.name, mime: 'text/plain', thumbnail: null };
    },
    upload: (file, { signal, onProgress }) =>
      new Promise<Attachment>((resolve, reject) => {
        const blob = { key: BlobKey.parse('s/attachment/1'), sizeBytes: file.content.size };
        uploads.push({
          ...{ file, signal, progress: onProgress, fail: reject },
          arrive: () => resolve({ name: file.name, mime: file.mime, blob }),
        });
      }),
    newId: () => `file-${++ids}`,
    wordsOf: (error) => (error as Error).message,
    kept: { read: () => kept, write: (files) => written.push(files) },
  });
  const states = () => store.getFiles().map(({ name, state }) => `${name} ${state.type}`);
  return { store, uploads, written, states };
}

const file = (name: string, text = 'hello') => new File([text], name);
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a file beside a draft', () => {
  it('is uploaded at once, says how far it is, and is ready when it arrived', async () => {
    const { store, uploads, states } = newStore();
    store.add([file('notes.txt')]);
    expect(states()).toEqual(['notes.txt preparing']);
    await settled();
    uploads[0]!.progress(0.5);
    expect(store.getFiles()[0]!.state).toEqual({ type: 'uploading', share: 0.5 });
    uploads[0]!.arrive();
    await settled();
    expect(store.getFiles()[0]!.state).toMatchObject({ type: 'ready', attachment: { name: 'notes.txt' } });
  });

  it('that failed can be tried again, and is not prepared twice', async () => {
    const { store, uploads, states } = newStore();
    store.add([file('notes.txt')]);
    await settled();
    uploads[0]!.fail(new Error('cut off'));
    await settled();
    expect(store.getFiles()[0]!.state).toEqual({ type: 'failed', message: 'cut off' });
    store.retry('file-1');
    await settled();
    expect(uploads[1]!.file.content).toBe(uploads[0]!.file.content);
    uploads[1]!.arrive();
    await settled();
    expect(states()).toEqual(['notes.txt ready']);
  });

  it('that can’t be sent says why and is not uploaded', async () => {
    const { store, uploads } = newStore({ refuses: 'film.mov' });
    store.add([file('film.mov')]);
    await settled();
    expect(store.getFiles()[0]!.state).toEqual({ type: 'refused', message: 'Larger than 20 MB.' });
    store.retry('file-1');
    await settled();
    expect(uploads).toEqual([]);
  });

  it('that is removed on its way is given up and does not come back', async () => {
    const { store, uploads, states } = newStore();
    store.add([file('notes.txt')]);
    await settled();
    store.remove('file-1');
    expect(uploads[0]!.signal.aborted).toBe(true);
    uploads[0]!.progress(0.7);
    uploads[0]!.arrive();
    await settled();
    expect(states()).toEqual([]);
  });

  it('has a name of its own', async () => {
    const { store, uploads } = newStore();
    store.add([file('image.png'), file('image.png'), file('image.png')]);
    await settled();
    expect(uploads.map(({ file: { name } }) => name)).toEqual(['image.png', 'image-2.png', 'image-3.png']);
  });

  it('is refused when it is one more than a prompt takes', () => {
    const { store } = newStore();
    store.add(Array.from({ length: MAX_ATTACHMENTS + 1 }, (_, n) => file(`${n}.txt`)));
    const refused = store.getFiles().filter(({ state }) => state.type === 'refused');
    expect(refused.map(({ name }) => name)).toEqual([`${MAX_ATTACHMENTS}.txt`]);
  });
});

describe('files that are ready', () => {
  it('are kept for after a reload, and only they', async () => {
    const { store, uploads, written } = newStore();
    store.add([file('a.txt'), file('b.txt')]);
    await settled();
    uploads[0]!.arrive();
    await settled();
    const kept = written.at(-1)!;
    expect(kept.map(({ name }) => name)).toEqual(['a.txt']);
    expect(newStore({ kept }).states()).toEqual(['a.txt ready']);
    store.clear();
    expect(written.at(-1)).toEqual([]);
  });

  it('come back before newer ones when the prompt that took them was refused', async () => {
    const { store, uploads, states } = newStore();
    store.add([file('a.txt')]);
    await settled();
    uploads[0]!.arrive();
    await settled();
    const taken = store.getFiles();
    store.clear();
    store.add([file('b.txt')]);
    store.putBack(taken);
    store.putBack(taken);
    expect(states()).toEqual(['a.txt ready', 'b.txt preparing']);
  });
});
