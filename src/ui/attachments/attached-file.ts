import type { Attachment } from '@/domain/events/session-event';

/** How far a file is on its way to going with a prompt. */
export type FileState =
  /** Read, and scaled when it is a picture. */
  | { type: 'preparing' }
  /** `share` of its bytes are there, from 0 to 1. */
  | { type: 'uploading'; share: number }
  | { type: 'ready'; attachment: Attachment }
  /** Another try may do. */
  | { type: 'failed'; message: string }
  /** It can't go with a prompt as it is: too large, empty, not readable. */
  | { type: 'refused'; message: string };

/** A file that somebody picked, pasted or dropped beside a prompt that is not sent yet. */
export interface AttachedFile {
  id: string;
  name: string;
  /** Of what goes with the prompt: a picture's are those after it was scaled. */
  mime: string;
  sizeBytes: number;
  /** A small picture of it as a `data:` address; null for what is no picture. */
  thumbnail: string | null;
  state: FileState;
}

/** A file as it is sent. */
export interface PreparedFile {
  content: Blob;
  name: string;
  mime: string;
  thumbnail: string | null;
}

/** A file that can't go with a prompt, with why in words for the person. */
export class RefusedFileError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RefusedFileError';
  }
}

const PICTURES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/gif']);

/** Whether it is a picture that every browser shows and every model that sees reads. */
export function isPicture(mime: string): boolean {
  return PICTURES.has(mime);
}

/** `812 B`, `34 kB`, `1.2 MB`, in powers of 1,000 as file managers count. */
export function formatSize(sizeBytes: number): string {
  if (sizeBytes < 1_000) return `${sizeBytes} B`;
  const thousands = Math.round(sizeBytes / 1_000);
  return thousands < 1_000 ? `${thousands} kB` : `${(sizeBytes / 1_000_000).toFixed(1)} MB`;
}
