import { findSession } from '@/db/sessions';
import { AppError } from '@/domain/errors';
import { Effort, RepositoryKind } from '@/domain/events/session-event';
import { BlobKey } from '@/domain/ids';
import { sandboxChannel, type BootResponse } from '@/domain/wire/bridge';
import type { Deps } from '../deps';
import { modelOf } from '../models/find-model';
import { historyOf } from './history';
import { localSource } from './local-source';
import type { SandboxIdentity } from './sandbox-token';

/** Tells a bridge that starts what its work is: repository, branch, model, and what was done before. */
export async function boot(
  deps: Pick<Deps, 'db' | 'sandboxes' | 'blobs' | 'config'>,
  { sessionId, epoch }: SandboxIdentity,
): Promise<BootResponse> {
  const session = await findSession(deps.db, sessionId);
  if (!session) throw new AppError('not_found', `There is no session ${sessionId}.`);
  if (session.epoch !== epoch || session.isArchived)
    throw new AppError('epoch_over', `Epoch ${epoch} is over.`);
  const { repository, bundleKey } = session;
  const folder = await localSource(deps, session);
  return {
    sessionId,
    title: session.title,
    repository: {
      kind: RepositoryKind.parse(repository.kind),
      name: folderName(repository.name),
      cloneUrl: folder?.target ?? repository.url,
      needsCredentials: repository.kind === 'github',
    },
    baseBranch: session.baseBranch,
    branch: session.branch,
    model: modelOf(deps.config, session).agent,
    effort: Effort.nullable().parse(session.effort),
    realtime: { ...deps.config.realtime, channel: sandboxChannel(sessionId, epoch) },
    bundleUrl: bundleKey === null ? null : deps.blobs.downloadUrl(BlobKey.parse(bundleKey)),
    history: epoch > 1 ? await historyOf(deps, session) : '',
  };
}

/** `acme/web` is cloned into `web`. */
function folderName(repositoryName: string): string {
  const last = repositoryName.split('/').findLast((part) => part !== '') ?? '';
  return last.replaceAll(/[^A-Za-z0-9._-]/g, '-').replace(/^[.-]+/, '') || 'repository';
}
