import { AppError } from '@/domain/errors';
import { type BlobGrant, BlobUploadQuery } from '@/domain/wire/blob-address';
import { type Blobs } from '@/ports/blobs';
import { signBlobGrant } from './sign-blob-grant';

const UPLOAD_SECONDS = 15 * 60;
const DOWNLOAD_SECONDS = 10 * 60;

export interface SignedFolderBlobs {
  /** Where the blob server of this machine answers, without a slash at its end. */
  baseUrl: string;
  /** Shared with the blob server. */
  secret: string;
  /** Milliseconds since 1970. */
  now: () => number;
}

/**
 * Signed addresses for the folder that stands for the blob store on one machine. Uploads are good for 15 minutes,
 * downloads for 10. Errors: `bad_input` for a content type that no address can carry.
 */
export function createSignedFolderBlobs({ baseUrl, secret, now }: SignedFolderBlobs): Blobs {
  const expiresIn = (seconds: number) => Math.floor(now() / 1_000) + seconds;
  const addressOf = (grant: BlobGrant, query: Record<string, string>) => {
    const signature = signBlobGrant(grant, secret);
    const signed = new URLSearchParams({ ...query, expires: String(grant.expires), signature });
    return `${baseUrl}/${grant.key}?${signed.toString()}`;
  };
  return {
    uploadUrl: (key, { sizeBytes, contentType }) => {
      refuseBadType(contentType);
      const grant = { key, sizeBytes, contentType, expires: expiresIn(UPLOAD_SECONDS) };
      const url = addressOf({ method: 'PUT', ...grant }, { size: String(sizeBytes), type: contentType });
      return { url, headers: { 'content-type': contentType } };
    },
    downloadUrl: (key) => addressOf({ method: 'GET', key, expires: expiresIn(DOWNLOAD_SECONDS) }, {}),
  };
}

function refuseBadType(contentType: string): void {
  const parsed = BlobUploadQuery.shape.type.safeParse(contentType);
  if (parsed.success) return;
  throw new AppError('bad_input', `"${contentType}" is not a content type.`, { cause: parsed.error });
}
