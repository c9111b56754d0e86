import type { BlobRef, EventOf } from '@/domain/events/session-event';
import type { PromptCommand } from '@/domain/wire/bridge';
import { listChanges, makeBundle, makePatch } from '../workspace/describe-change';
import type { Git } from '../workspace/git';
import { saveWork, type SavedWork } from '../workspace/save-work';
import type { ServerClient } from './server-client';
import { uploadBlob } from './uploads';

export interface ChangeRequest {
  git: Git;
  server: ServerClient;
  branch: string;
  prompt: PromptCommand;
  /** What was told last: only another change is told. */
  last: EventOf<'diff.changed'> | null;
}

/** Commits what a turn left, and puts the session's change where everybody can read it. Null for no news. */
export async function publishChange(request: ChangeRequest): Promise<EventOf<'diff.changed'> | null> {
  const { git, server, branch, prompt, last } = request;
  const work = await saveWork(git, { branch, author: prompt.author, message: prompt.text });
  if (!isNews(work, last)) return null;
  const { turnId } = prompt;
  const patch = await makePatch(git, work);
  const bundle = await makeBundle(git, { ...work, branch });
  const store = (kind: 'patch' | 'bundle', bytes: Buffer | null): Promise<BlobRef | null> | null =>
    bytes && uploadBlob(server, { turnId, kind, bytes, contentType: CONTENT_TYPES[kind] });
  const [storedPatch, storedBundle] = await Promise.all([store('patch', patch), store('bundle', bundle)]);
  const files = await listChanges(git, work);
  return { kind: 'diff.changed', turnId, ...work, files, patch: storedPatch, bundle: storedBundle };
}

const CONTENT_TYPES = { patch: 'text/x-patch', bundle: 'application/octet-stream' } as const;

/** Another commit than was told last, or the same one whose copy did not reach the store then. */
function isNews(work: SavedWork, last: EventOf<'diff.changed'> | null): boolean {
  if (work.headSha !== (last?.headSha ?? work.baseSha)) return true;
  return last?.bundle === null && work.headSha !== work.baseSha;
}
