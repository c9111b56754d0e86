import { readFile } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { AppError, messageOf } from '@/domain/errors';
import { type Attachment, MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS } from '@/domain/events/session-event';
import { BlobKey, type SessionId } from '@/domain/ids';
import type { ApiClient } from './api-client';
import { visibleLine } from './print/visible-text';
import type { Terminal } from './terminal';
import { UnreachableError } from './unreachable-error';

const TIMEOUT_MS = 120_000;

/** What the agent can look at as a picture; anything else is a file for it. */
const MIME_TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.pdf': 'application/pdf',
  '.json': 'application/json',
};

interface Upload {
  api: ApiClient;
  sessionId: SessionId;
  paths: readonly string[];
}

/** Uploads files of this machine for a prompt. Errors: `bad_input` and `too_large`, before anything is sent. */
export async function uploadFiles(
  terminal: Pick<Terminal, 'cwd'>,
  { api, sessionId, paths }: Upload,
): Promise<Attachment[]> {
  if (paths.length > MAX_ATTACHMENTS) {
    throw new AppError('bad_input', `At most ${MAX_ATTACHMENTS} files go with one prompt.`);
  }
  const files = await Promise.all(paths.map((path) => readOne(resolve(terminal.cwd, path))));
  return Promise.all(files.map((file) => uploadOne({ api, sessionId }, file)));
}

interface LocalFile {
  name: string;
  mime: string;
  content: Uint8Array<ArrayBuffer>;
}

async function readOne(path: string): Promise<LocalFile> {
  const content = await readFile(path).catch((error: unknown) => {
    throw new AppError('bad_input', `${visibleLine(path)} can't be read: ${messageOf(error)}.`, {
      cause: error,
    });
  });
  if (content.length > MAX_ATTACHMENT_BYTES) {
    throw new AppError(
      'too_large',
      `${visibleLine(path)} is larger than ${MAX_ATTACHMENT_BYTES / 1024 ** 2} MB.`,
    );
  }
  if (content.length === 0) throw new AppError('bad_input', `${visibleLine(path)} is empty.`);
  const isText = !content.includes(0);
  const mime =
    MIME_TYPES[extname(path).toLowerCase()] ?? (isText ? 'text/plain' : 'application/octet-stream');
  return { name: basename(path).slice(0, 255), mime, content: new Uint8Array(content) };
}

async function uploadOne(
  { api, sessionId }: Pick<Upload, 'api' | 'sessionId'>,
  { name, mime, content }: LocalFile,
): Promise<Attachment> {
  const sizeBytes = content.length;
  const address = await api.insist((client) => client.uploads.request.mutate({ sessionId, mime, sizeBytes }));
  const url = new URL(address.url, api.server);
  const response = await fetch(url, {
    ...{ method: 'PUT', headers: address.headers, body: content },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: unknown) => {
    throw new UnreachableError(url.origin, error);
  });
  if (!response.ok) {
    throw new AppError(
      'storage_unavailable',
      `${visibleLine(name)} could not be uploaded (HTTP ${response.status}).`,
    );
  }
  return { name, mime, blob: { key: BlobKey.parse(address.key), sizeBytes } };
}
