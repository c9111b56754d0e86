import { createHmac } from 'node:crypto';
import { type BlobGrant, blobGrantText } from '@/domain/wire/blob-address';

/** The signature of what an address of the blob store allows. */
export function signBlobGrant(grant: BlobGrant, secret: string): string {
  return createHmac('sha256', secret).update(blobGrantText(grant)).digest('base64url');
}
