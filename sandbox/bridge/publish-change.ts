import type { BlobRef, EventOf } from '@/domain/events/session-event';
import type { PromptCommand } from '@/domain/wire/bridge';
import { listChanges, makeBundle, makePatch } from '../workspace/describe-change';
import type { Git } from '../workspace/git';
import { type Identity, saveWork, type SavedWork } from '../workspace/save-work';
import { markTurnEnd, turnRange } from '../workspace/turn-range';
import type { ServerClient } from './server-client';
import { uploadBlob } from './uploads';

type Change = EventOf<'diff.changed'>;

export interface ChangeRequest {
  git: Git;
  server: ServerClient;
  branch: string;
  prompt: PromptCommand;
  /** Who else spoke to the turn while it ran, and was heard. */
  coAuthors?: readonly Identity[];
  /** What was told last: only another change is told. */
  last: Change | null;
  tell: (change: Change) => void;
}

/**
 * Commits what a turn left, and puts the session's change, and the part of it that is this turn's, where everybody
 * can read them. Tells nothing when there is no news.
 */
export async function publishChange(request: ChangeRequest): Promise<void> {
  const { git, branch, prompt, coAuthors = [], last, tell } = request;
  const work = await saveWork(git, { branch, author: prompt.author, coAuthors, message: prompt.text });
  if (!isNews(work, last)) return;
  const turn = await turnRange(git, work, last?.headSha ?? null);
  const isFirst = turn.baseSha === work.baseSha;
  const [patch, bundle, turnPatch] = await Promise.all([
    store(request, 'patch', await makePatch(git, work)),
    store(request, 'bundle', await makeBundle(git, { ...work, branch })),
    isFirst ? null : store(request, 'patch', await makePatch(git, turn)),
  ]);
  const files = await listChanges(git, work);
  tell({
    ...{ kind: 'diff.changed', turnId: prompt.turnId, ...work, files, patch, bundle },
    turnPatch: isFirst ? patch : turnPatch,
    turnFiles: isFirst ? files : await listChanges(git, turn),
  });
  await markTurnEnd(git, work.headSha);
}

const CONTENT_TYPES = { patch: 'text/x-patch', bundle: 'application/octet-stream' } as const;

/** Null when there is nothing to store, and when it could not be stored. */
async function store(
  { server, prompt }: ChangeRequest,
  kind: 'patch' | 'bundle',
  bytes: Buffer | null,
): Promise<BlobRef | null> {
  if (!bytes) return null;
  return uploadBlob(server, { turnId: prompt.turnId, kind, bytes, contentType: CONTENT_TYPES[kind] });
}

/** Another commit than was told last, or the same one whose copy did not reach the store then. */
function isNews(work: SavedWork, last: Change | null): boolean {
  if (work.headSha !== (last?.headSha ?? work.baseSha)) return true;
  return last?.bundle === null && work.headSha !== work.baseSha;
}
