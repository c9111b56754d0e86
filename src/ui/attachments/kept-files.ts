import { z } from 'zod';
import { Attachment } from '@/domain/events/session-event';
import type { AttachedFile } from './attached-file';

const KeptFile = z.object({
  id: z.string(),
  name: z.string(),
  mime: z.string(),
  sizeBytes: z.number(),
  thumbnail: z.string().startsWith('data:image/').nullable(),
  state: z.object({ type: z.literal('ready'), attachment: Attachment }),
});

/**
 * Keeps the files of a draft for this tab, a reload included. They are in the blob store already; what is kept is where.
 */
export function keptFiles(draft: string): {
  read: () => AttachedFile[];
  write: (files: AttachedFile[]) => void;
} {
  const key = `dispatch:files:${draft}`;
  return {
    read: () => {
      try {
        return KeptFile.array().parse(JSON.parse(sessionStorage.getItem(key) ?? '[]'));
      } catch {
        // Storage that is forbidden, or holds what another version wrote, keeps no files; they can be picked again.
        return [];
      }
    },
    write: (files) => {
      try {
        if (files.length === 0) sessionStorage.removeItem(key);
        else sessionStorage.setItem(key, JSON.stringify(files));
      } catch {
        // As above: full or forbidden storage costs the files a reload, not this prompt.
      }
    },
  };
}
