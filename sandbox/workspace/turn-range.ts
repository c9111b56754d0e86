import { BASE_REF } from './clone';
import type { Git } from './git';
import type { SavedWork } from './save-work';

/** Where the work stood when the last turn ended; on the disk, so that a later life of the sandbox knows it too. */
const TURN_END_REF = 'refs/dispatch/turn-end';

/**
 * What one turn alone changed: from the work as the turn before left it, or from the session's base for the first.
 * `last` is the head that was told last, which beats the mark on the disk: a bridge may be killed between the two.
 */
export async function turnRange(git: Git, work: SavedWork, last: string | null): Promise<SavedWork> {
  for (const name of [last, TURN_END_REF, BASE_REF]) {
    const sha = name === null ? null : await git.commit(name);
    if (sha !== null) return { baseSha: sha, headSha: work.headSha };
  }
  return work;
}

/** Notes that a turn ended with the work at this commit. */
export async function markTurnEnd(git: Git, headSha: string): Promise<void> {
  await git.text(['update-ref', TURN_END_REF, headSha]);
}
