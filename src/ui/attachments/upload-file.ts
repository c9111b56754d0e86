import type { UploadResponse } from '@/domain/wire/bridge';
import type { PreparedFile } from './attached-file';

/** An upload that did not arrive, with why in words for the person. */
export class UploadError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UploadError';
  }
}

interface Uploading {
  signal: AbortSignal;
  /** Hears the share of the bytes that went out, from 0 to 1. */
  onProgress: (share: number) => void;
}

/**
 * Puts a file to its address in the blob store, past the app. An XMLHttpRequest, since `fetch` tells nothing of an
 * upload's progress. Rejects with an `UploadError`, also when it was given up.
 */
export function putFile(
  { content }: PreparedFile,
  { url, headers }: UploadResponse,
  { signal, onProgress }: Uploading,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const fail = (message: string) => () => reject(new UploadError(message));
    request.open('PUT', url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onerror = fail('The upload was cut off. Check the connection, then try again.');
    request.ontimeout = request.onerror;
    request.onabort = fail('The upload was given up.');
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(new UploadError(`The file store refused the file (${request.status}). Try again.`));
    };
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(content);
  });
}
