import { z } from 'zod';
import type { BlobKey } from '../ids';

/**
 * The address of an object in the blob store of one machine: `<base>/<key>?<query>`. Who signs and who checks
 * agree on the text that is signed here, with HMAC-SHA256 in base64url.
 */

const Signed = {
  /** Seconds since 1970, after which the address is worth nothing. */
  expires: z.coerce.number().int().positive(),
  signature: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
};

export const BlobUploadQuery = z.object({
  ...Signed,
  size: z.coerce.number().int().nonnegative(),
  type: z.string().regex(/^[\w.+-]+\/[\w.+-]+(; ?charset=[\w-]+)?$/),
});
export type BlobUploadQuery = z.infer<typeof BlobUploadQuery>;

export const BlobDownloadQuery = z.object(Signed);
export type BlobDownloadQuery = z.infer<typeof BlobDownloadQuery>;

/** What one address allows. */
export type BlobGrant =
  | { method: 'PUT'; key: BlobKey; expires: number; sizeBytes: number; contentType: string }
  | { method: 'GET'; key: BlobKey; expires: number };

/** The text that is signed. No field may hold a line break, so no two grants have one text. */
export function blobGrantText(grant: BlobGrant): string {
  const { method, key, expires } = grant;
  const object = method === 'PUT' ? [String(grant.sizeBytes), grant.contentType] : [];
  return ['dispatch-blob-1', method, key, String(expires), ...object].join('\n');
}

export const BlobError = z.object({
  error: z.object({
    code: z.enum(['bad_input', 'forbidden', 'not_found', 'storage_unavailable', 'internal']),
    message: z.string(),
  }),
});
export type BlobError = z.infer<typeof BlobError>;
