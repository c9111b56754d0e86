import { MAX_ATTACHMENT_BYTES } from '@/domain/events/session-event';
import { type PreparedFile, RefusedFileError } from './attached-file';
import { scalePicture } from './scale-picture';

const SNIFFED_BYTES = 8_192;
const MAX_NAME = 255;
/** What an address of the blob store can carry as a content type. */
const CONTENT_TYPE = /^[\w.+-]+\/[\w.+-]+$/;

/**
 * Makes a file ready to be sent: pictures are scaled, everything else stays as it is. Rejects with a
 * `RefusedFileError` for what can't go with a prompt.
 */
export async function prepareFile(file: File): Promise<PreparedFile> {
  if (isScalable(file)) {
    const { content, thumbnail } = await scalePicture(file);
    return { content, thumbnail, mime: content.type, name: pictureName(file.name, content.type) };
  }
  if (file.size > MAX_ATTACHMENT_BYTES) {
    throw new RefusedFileError('Larger than 20 MB. Put it where the agent can fetch it, or cut it.');
  }
  const head = await readHead(file);
  if (file.size === 0) throw new RefusedFileError('This file is empty.');
  const mime = isText(head) ? 'text/plain' : CONTENT_TYPE.test(file.type) ? file.type : BINARY;
  // Of this very type, since that is what the blob store is told and checks.
  return { content: file.slice(0, file.size, mime), mime, thumbnail: null, name: file.name.slice(-MAX_NAME) };
}

const BINARY = 'application/octet-stream';

/** A drawing in SVG is text, which agents read better than its picture. */
function isScalable({ type }: File): boolean {
  return type.startsWith('image/') && type !== 'image/svg+xml';
}

async function readHead(file: File): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.slice(0, SNIFFED_BYTES).arrayBuffer());
  } catch (error) {
    // What a browser says of a folder that was dropped, and of a file that went away.
    throw new RefusedFileError('This can’t be read. A folder can’t be attached.', { cause: error });
  }
}

/**
 * Browsers guess by the name, and take TypeScript for video. What reads as text is text, whatever it is called: every
 * agent can read that.
 */
function isText(head: Uint8Array): boolean {
  if (head.includes(0)) return false;
  try {
    // `stream` lets a character that is cut at the end pass.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    // Not UTF-8: a file of some other kind, which is an answer and no failure.
    return false;
  }
}

const ENDINGS: Record<string, string> = { 'image/png': '.png', 'image/jpeg': '.jpg' };

/** The name with the ending of what the picture is now. */
function pictureName(name: string, mime: string): string {
  const ending = ENDINGS[mime] ?? '';
  if (name.toLowerCase().endsWith(ending)) return name.slice(-MAX_NAME);
  if (mime === 'image/jpeg' && name.toLowerCase().endsWith('.jpeg')) return name.slice(-MAX_NAME);
  const stem = name.replace(/\.[^.]*$/, '') || 'picture';
  return `${stem.slice(0, MAX_NAME - ending.length)}${ending}`;
}
