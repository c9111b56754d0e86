import { findEnvironment } from '@/db/environment-builds';
import { eventsBetween, lastEndedTurnSeq, lastSeqOf } from '@/db/events';
import { findSession, type SessionRecord } from '@/db/sessions';
import { KeptSnapshot } from '@/db/snapshots';
import { AppError } from '@/domain/errors';
import { Effort, RepositoryKind } from '@/domain/events/session-event';
import { BlobKey, SessionId } from '@/domain/ids';
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
    environment: await findEnvironment(deps.db, repository.id),
    isBuilder: session.isBuilder,
    effort: Effort.nullable().parse(session.effort),
    realtime: { ...deps.config.realtime, channel: sandboxChannel(sessionId, epoch) },
    bundleUrl: bundleKey === null ? null : deps.blobs.downloadUrl(BlobKey.parse(bundleKey)),
    bundleBranch: await bundleBranch(deps, session),
    history: await wholeHistory(deps, session),
    ...(await sinceDisk(deps, session)),
  };
}

/** The branch that the stored work is on: of the session that this one was forked from, until it has work of its own. */
async function bundleBranch(deps: Pick<Deps, 'db'>, session: SessionRecord): Promise<string> {
  const [owner] = session.bundleKey?.split('/') ?? [];
  if (owner === undefined || owner === session.id) return session.branch;
  const source = await findSession(deps.db, SessionId.parse(owner));
  if (!source) throw new AppError('not_found', 'The session that this one was forked from is gone.');
  return source.branch;
}

/** What a disk that was kept before the end of the log does not know. */
async function sinceDisk(
  deps: Pick<Deps, 'db'>,
  session: SessionRecord,
): Promise<Pick<BootResponse, 'isBundleNewer' | 'missed'>> {
  const from = KeptSnapshot.nullable().parse(session.startedFrom);
  if (from === null) return { isBundleNewer: false, missed: '' };
  const changed = await lastSeqOf(deps.db, session.id, 'diff.changed');
  const turn = await lastEndedTurnSeq(deps.db, session.id);
  return {
    isBundleNewer: (changed ?? 0) > from.seq,
    missed: (turn ?? 0) > from.seq ? await historyOf(deps, { ...session, afterSeq: from.seq }) : '',
  };
}

/** What an agent that begins anew has to be told: the session so far, and before it the one that it was forked from. */
async function wholeHistory(deps: Pick<Deps, 'db'>, session: SessionRecord): Promise<string> {
  const [created] = await eventsBetween(deps.db, session.id, { fromSeq: 1, toSeq: 1 });
  const from = created?.event.kind === 'session.created' ? created.event.forkedFrom : null;
  const before = from ? await historyOf(deps, { id: from.sessionId, lastSeq: from.seq }) : '';
  const own = session.epoch > 1 ? await historyOf(deps, session) : '';
  return [before, own].filter((text) => text !== '').join('\n\n');
}

/** `acme/web` is cloned into `web`. */
function folderName(repositoryName: string): string {
  const last = repositoryName.split('/').findLast((part) => part !== '') ?? '';
  return last.replaceAll(/[^A-Za-z0-9._-]/g, '-').replace(/^[.-]+/, '') || 'repository';
}
