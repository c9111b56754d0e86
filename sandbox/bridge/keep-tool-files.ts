import { type Attachment, MAX_ATTACHMENTS } from '@/domain/events/session-event';
import { cutText } from '@/domain/events/text-hygiene';
import type { TurnId } from '@/domain/ids';
import type { ToolFile } from '../agents/opencode/events';
import type { ServerClient } from './server-client';
import { uploadBlob } from './uploads';

/** What one picture or file of a tool may have; a larger one is not worth its time. */
const MAX_FILE_BYTES = 10 * 1024 * 1024;

const DATA_URL = /^data:([^;,]*)(?:;[^;,]*)*;base64,/;

/** Puts what a tool made beside its output into the blob store. What can't be stored is left out, and said aloud here. */
export async function keepToolFiles(
  server: ServerClient,
  made: { turnId: TurnId; tool: string; files: readonly ToolFile[] },
): Promise<Attachment[]> {
  const kept: Attachment[] = [];
  for (const [index, file] of made.files.slice(0, MAX_ATTACHMENTS).entries()) {
    const bytes = bytesOf(file);
    const mime = cutText(file.mime, 100);
    const blob =
      bytes && bytes.length <= MAX_FILE_BYTES
        ? await uploadBlob(server, { turnId: made.turnId, kind: 'attachment', bytes, contentType: mime })
        : null;
    if (blob) kept.push({ name: nameOf(file, made.tool, index), mime, blob });
    else console.error(`bridge: a file of ${made.tool} was not kept`);
  }
  if (made.files.length > MAX_ATTACHMENTS)
    console.error(`bridge: ${made.tool} made more files than are kept`);
  return kept;
}

function bytesOf({ url }: ToolFile): Buffer | null {
  const head = DATA_URL.exec(url)?.[0];
  return head === undefined ? null : Buffer.from(url.slice(head.length), 'base64');
}

function nameOf({ filename, mime }: ToolFile, tool: string, index: number): string {
  const name = filename?.split(/[/\\]/).at(-1)?.trim() ?? '';
  if (name !== '') return cutText(name, 255);
  const extension = /^[a-z]+\/([a-z0-9]+)/.exec(mime)?.[1] ?? 'bin';
  return `${cutText(tool, 100)}-${index + 1}.${extension}`;
}
