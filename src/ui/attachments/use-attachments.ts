import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { Attachment } from '@/domain/events/session-event';
import { BlobKey, type SessionId } from '@/domain/ids';
import { wordsOf } from '../live/failure';
import { useTRPCClient } from '../live/trpc';
import type { AttachedFile } from './attached-file';
import { AttachmentStore } from './attachment-store';
import { keptFiles } from './kept-files';
import { prepareFile } from './prepare-file';
import { putFile, UploadError } from './upload-file';

/** The files beside a draft. */
export interface Attachments {
  files: readonly AttachedFile[];
  add: (files: Iterable<File>) => void;
  remove: (id: string) => void;
  /** Tries one that failed once more. */
  retry: (id: string) => void;
  /** Forgets all of them: they went with a prompt. */
  clear: () => void;
  /** Shows files again that went with a prompt which was refused; `files` of the moment before `clear`. */
  putBack: (files: readonly AttachedFile[]) => void;
  /** Those that are uploaded, as a prompt takes them. */
  ready: Attachment[];
  /** Why the prompt can't go yet, in words; null when every file is ready, or there is none. */
  waitsFor: string | null;
}

const NONE: readonly AttachedFile[] = [];

/**
 * The files that go with the next prompt of a session, which may be one that is about to be opened. They are uploaded
 * as soon as they are there, and outlive a reload of the tab once they are.
 */
export function useAttachments(sessionId: SessionId): Attachments {
  const client = useTRPCClient();
  const store = useMemo(
    () =>
      new AttachmentStore({
        prepare: prepareFile,
        upload: async (file, { signal, onProgress }) => {
          const { name, mime, content } = file;
          const sizeBytes = content.size;
          const address = await client.uploads.request.mutate({ sessionId, mime, sizeBytes }, { signal });
          await putFile(file, address, { signal, onProgress });
          return { name, mime, blob: { key: BlobKey.parse(address.key), sizeBytes } };
        },
        newId: () => crypto.randomUUID(),
        wordsOf: (error) => (error instanceof UploadError ? error.message : wordsOf(error)),
        kept: typeof sessionStorage === 'undefined' ? NOTHING_KEPT : keptFiles(sessionId),
      }),
    [client, sessionId],
  );
  const files = useSyncExternalStore(store.subscribe, store.getFiles, () => NONE);
  useLeaveWarning(files.some(({ state }) => state.type === 'preparing' || state.type === 'uploading'));
  return {
    files,
    add: store.add,
    remove: store.remove,
    retry: store.retry,
    clear: store.clear,
    putBack: store.putBack,
    ready: files.flatMap(({ state }) => (state.type === 'ready' ? state.attachment : [])),
    waitsFor: waitsFor(files),
  };
}

/** The server renders no files: it has no storage of anybody's. */
const NOTHING_KEPT: ReturnType<typeof keptFiles> = { read: () => [], write: () => undefined };

function waitsFor(files: readonly AttachedFile[]): string | null {
  const open = files.filter(({ state }) => state.type !== 'ready');
  const [first] = open;
  if (!first) return null;
  const isUnderWay = ({ state }: AttachedFile) => state.type === 'preparing' || state.type === 'uploading';
  const broken = open.find((file) => !isUnderWay(file));
  if (broken) return `${broken.name} is not attached: remove it or try again.`;
  return open.length === 1 ? `Waiting for ${first.name} to upload.` : `Waiting for ${open.length} uploads.`;
}

/** The browser asks before it leaves while a file is on its way: only then something would be lost. */
function useLeaveWarning(isNeeded: boolean): void {
  useEffect(() => {
    if (!isNeeded) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isNeeded]);
}
