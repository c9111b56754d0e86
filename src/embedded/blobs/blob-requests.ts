import { timingSafeEqual } from 'node:crypto';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { BlobKey } from '@/domain/ids';
import {
  BlobDownloadQuery,
  type BlobError,
  type BlobGrant,
  BlobUploadQuery,
} from '@/domain/wire/blob-address';
import { signBlobGrant } from '@/integrations/local/sign-blob-grant';
import { type BlobFolder, WrongSizeError } from './blob-folder';

export interface BlobStore {
  folder: BlobFolder;
  /** For people: where the disk is that may be full. */
  path: string;
  secret: string;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** A request that is refused, with the status that says so. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: BlobError['error']['code'];

  constructor(status: number, code: BlobError['error']['code'], message: string) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
  }
}

/** Answers one request that is not a question about rights; rejects with a `Refusal` before anything was sent. */
export async function answerBlobRequest(
  store: BlobStore,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://blobs.invalid');
  const key = keyOf(url);
  if (request.method === 'PUT') return upload(store, { key, url, request, response });
  if (request.method === 'GET') return download(store, { key, url, response });
  throw new Refusal(405, 'bad_input', 'Objects can be PUT and GET, with an address signed for it.');
}

function keyOf(url: URL): BlobKey {
  // Keys need no escapes, so one that holds any was not made by the signer.
  const parsed = BlobKey.safeParse(url.pathname.slice(1));
  if (!parsed.success) throw new Refusal(400, 'bad_input', 'The address names no object.');
  return parsed.data;
}

async function upload(
  store: BlobStore,
  exchange: { key: BlobKey; url: URL; request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const { key, url, request, response } = exchange;
  const query = BlobUploadQuery.safeParse(Object.fromEntries(url.searchParams));
  if (!query.success) throw unsigned();
  const { size: sizeBytes, type: contentType, expires, signature } = query.data;
  verify(store, { method: 'PUT', key, expires, sizeBytes, contentType }, signature);
  if (request.headers['content-type'] !== contentType) {
    throw new Refusal(400, 'bad_input', `The address is for the content type ${contentType}.`);
  }
  const announced = request.headers['content-length'];
  if (announced !== undefined && announced !== String(sizeBytes)) {
    throw new Refusal(400, 'bad_input', new WrongSizeError(sizeBytes, announced).message);
  }
  try {
    // Left alone when writing fails, since the answer has to go back over the same connection.
    const content = request.iterator({ destroyOnReturn: false });
    await store.folder.write(key, { sizeBytes, contentType, content });
  } catch (error) {
    throw explainFailedWrite(error, store.path);
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ key, sizeBytes }));
}

function explainFailedWrite(error: unknown, path: string): unknown {
  if (error instanceof WrongSizeError) return new Refusal(400, 'bad_input', error.message);
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const message = `The disk that holds ${path} is full. Nothing was stored; free some space and try again.`;
    return new Refusal(507, 'storage_unavailable', message);
  }
  return error;
}

async function download(
  store: BlobStore,
  exchange: { key: BlobKey; url: URL; response: ServerResponse },
): Promise<void> {
  const { key, url, response } = exchange;
  const query = BlobDownloadQuery.safeParse(Object.fromEntries(url.searchParams));
  if (!query.success) throw unsigned();
  const { expires, signature } = query.data;
  verify(store, { method: 'GET', key, expires }, signature);
  const blob = await store.folder.read(key);
  if (blob === null) throw new Refusal(404, 'not_found', 'There is no such object.');
  response.writeHead(200, {
    'content-type': blob.contentType,
    'content-length': blob.sizeBytes,
    // Objects are what agents made: they are to be kept or shown by the app, never run on this origin.
    'content-disposition': 'attachment',
    'content-security-policy': "sandbox; default-src 'none'",
    'cache-control': 'private, max-age=300',
  });
  try {
    // A reader that goes away ends the copy, and there is nobody left to be told.
    await pipeline(blob.file.createReadStream({ autoClose: false }), response).catch(() =>
      response.destroy(),
    );
  } finally {
    await blob.file.close();
  }
}

function verify(store: BlobStore, grant: BlobGrant, signature: string): void {
  const [given, right] = [Buffer.from(signature), Buffer.from(signBlobGrant(grant, store.secret))];
  if (given.length !== right.length || !timingSafeEqual(given, right)) throw unsigned();
  // After the signature, so that only who holds a true address learns that it is too old.
  if (store.now() / 1_000 >= grant.expires) {
    throw new Refusal(403, 'forbidden', 'The address has expired: ask for a new one.');
  }
}

function unsigned(): Refusal {
  return new Refusal(403, 'forbidden', 'The address is not signed for this: ask for a new one.');
}
