import { saveFile } from './save-file';
import type { DiffOutput } from './use-diff';

/** Hands the patch to the browser's downloads, byte for byte, under a name that says what it is. */
export async function downloadPatch({ branch, headSha, patchUrl }: DiffOutput): Promise<void> {
  if (patchUrl === null) throw new Error('There is no patch.');
  const response = await fetch(patchUrl);
  if (!response.ok) throw new Error(`The blob store answered ${response.status}.`);
  saveFile(await response.blob(), patchName({ branch, headSha }));
}

/** `dispatch-fix-the-login-1a2b3c4.patch` for the branch `dispatch/fix-the-login`. */
function patchName({ branch, headSha }: Pick<DiffOutput, 'branch' | 'headSha'>): string {
  const name = branch.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+/, '');
  return `${[name, headSha?.slice(0, 7)].filter(Boolean).join('-')}.patch`;
}
