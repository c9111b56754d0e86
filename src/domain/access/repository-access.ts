import { z } from 'zod';

/** What somebody may do with a repository at its host; each includes those before it. */
export const RepositoryRight = z.enum(['none', 'read', 'write', 'admin']);
export type RepositoryRight = z.infer<typeof RepositoryRight>;

/** What the host said last, and how long ago. */
export interface KnownRight {
  right: RepositoryRight;
  ageSeconds: number;
}

/** A right that was granted is believed for so long without asking again. */
export const BELIEVED_SECONDS = 5 * 60;
/** A refusal for less, since whoever was just let in tries at once. */
const REFUSAL_BELIEVED_SECONDS = 30;
/** While the host can't be asked, what it granted last holds on for so long at most. */
const BELIEVED_WITHOUT_HOST_SECONDS = 60 * 60;

/** Whether a right is as much as is wanted. */
export function includesRight(right: RepositoryRight, wanted: RepositoryRight): boolean {
  return RepositoryRight.options.indexOf(right) >= RepositoryRight.options.indexOf(wanted);
}

/** Whether what is known is to be believed, or the host is to be asked anew. */
export function isBelieved(known: KnownRight | null): known is KnownRight {
  if (known === null) return false;
  return known.ageSeconds < (known.right === 'none' ? REFUSAL_BELIEVED_SECONDS : BELIEVED_SECONDS);
}

/** What holds while the host can't be asked: what it said last for an hour, and then nothing. */
export function rightWithoutHost(known: KnownRight | null): RepositoryRight {
  if (known === null || known.ageSeconds >= BELIEVED_WITHOUT_HOST_SECONDS) return 'none';
  return known.right;
}
