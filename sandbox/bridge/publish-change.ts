import type { EventOf } from '@/domain/events/session-event';
import type { PromptCommand } from '@/domain/wire/bridge';
import { listChanges, makeBundle, makePatch } from '../workspace/describe-change';
import type { Git } from '../workspace/git';
import { saveWork } from '../workspace/save-work';
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
  const known = last?.headSha ?? work.baseSha;
  if (work.headSha === known) return null;
  const { turnId } = prompt;
  const patch = await makePatch(git, work);
  const bundle = await makeBundle(git, { ...work, branch });
  return {
    kind: 'diff.changed',
    turnId,
    ...work,
    files: await listChanges(git, work),
    patch:
      patch &&
      (await uploadBlob(server, { turnId, kind: 'patch', bytes: patch, contentType: 'text/x-patch' })),
    bundle:
      bundle &&
      (await uploadBlob(server, {
        turnId,
        kind: 'bundle',
        bytes: bundle,
        contentType: 'application/octet-stream',
      })),
  };
}
