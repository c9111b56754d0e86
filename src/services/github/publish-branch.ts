import { newestOfKind } from '@/db/events';
import type { SessionRecord } from '@/db/sessions';
import { AppError } from '@/domain/errors';
import type { Actor } from '@/domain/events/actor';
import type { PushResult } from '@/ports/publisher';
import { messageOf } from '@/domain/errors';
import type { Deps } from '../deps';
import { runCommand } from '../sessions/run-command';

/**
 * Pushes the session's newest work to its branch, with a right that is made for this push and ended after it. What
 * came of it is in the log; nothing is when the branch is there already. Errors: `conflict` where there is no work to
 * push, `repository_forbidden` where there is no App.
 */
export async function publishBranch(deps: Deps, session: SessionRecord, actor: Actor): Promise<PushResult> {
  const { id: sessionId, branch, repository } = session;
  const diff = await newestOfKind(deps.db, sessionId, 'diff.changed');
  if (!diff || diff.headSha === diff.baseSha) {
    throw new AppError('conflict', 'There is nothing to publish yet: no turn changed a file.');
  }
  if (!diff.bundle) {
    throw new AppError(
      'conflict',
      'The newest work did not reach the store. Send another prompt, and publish after it.',
    );
  }
  const last = await newestOfKind(deps.db, sessionId, 'branch.pushed');
  const result = await pushWithToken(deps, repository, {
    ...{ branch, repositoryUrl: repository.url, lastPushed: last?.headSha ?? null },
    bundleUrl: deps.blobs.downloadUrl(diff.bundle.key),
  });
  if (!result.ok) {
    const { reason } = result;
    await runCommand(deps, { sessionId, actor, command: { type: 'push-failed', branch, reason } });
  } else if (result.headSha !== last?.headSha) {
    const { headSha } = result;
    await runCommand(deps, { sessionId, actor, command: { type: 'branch-pushed', branch, headSha } });
  }
  return result;
}

async function pushWithToken(
  { github, publisher, log }: Pick<Deps, 'github' | 'publisher' | 'log'>,
  { kind, name }: SessionRecord['repository'],
  request: Omit<Parameters<Deps['publisher']['push']>[0], 'token'>,
): Promise<PushResult> {
  if (kind !== 'github' || !github) {
    throw new AppError(
      'repository_forbidden',
      `Only repositories that Dispatch’s GitHub App has can be published to; ${name} is none.`,
    );
  }
  const minted = await mint(github, name);
  if (!('token' in minted)) return minted;
  const { token } = minted;
  try {
    return await publisher.push({ ...request, token });
  } finally {
    // It ends on its own within the hour, so a push that went well is no failure because of this.
    await github
      .revokeToken(token)
      .catch((error: unknown) =>
        log.error('a token to push with was not ended', { error: messageOf(error) }),
      );
  }
}

async function mint(
  github: NonNullable<Deps['github']>,
  fullName: string,
): Promise<{ token: string } | Extract<PushResult, { ok: false }>> {
  try {
    return await github.mintToken(fullName, 'write');
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const isRefused = error.code === 'repository_forbidden';
    const message = isRefused
      ? `Dispatch’s GitHub App may not write to ${fullName}. Install it there, or give it “Contents: write”, and push again.`
      : 'GitHub does not answer as it should. The work is kept; push again in some minutes.';
    return { ok: false, reason: { code: isRefused ? 'app_may_not_write' : 'github_unavailable', message } };
  }
}
