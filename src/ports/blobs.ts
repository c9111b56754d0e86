import type { BlobKey } from '@/domain/ids';

/**
 * Large payloads: patches, bundles, long tool output. Clients and sandboxes talk to the store themselves through
 * signed addresses, since at most 4 MB may pass through a function.
 */
export interface Blobs {
  /** An address where one PUT of exactly `sizeBytes` is accepted for some minutes. */
  uploadUrl(
    key: BlobKey,
    object: { sizeBytes: number; contentType: string },
  ): { url: string; headers: Record<string, string> };
  /** An address where the object can be read for some minutes. */
  downloadUrl(key: BlobKey): string;
}
