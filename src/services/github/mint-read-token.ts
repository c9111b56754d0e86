import { findSession } from '@/db/sessions';
import { AppError } from '@/domain/errors';
import type { CredentialsResponse } from '@/domain/wire/bridge';
import type { Deps } from '../deps';
import type { SandboxIdentity } from '../sandboxes/sandbox-token';

/** What git takes as a user beside a token of an App. */
const USERNAME = 'x-access-token';

/**
 * A token that reads the content of the session's repository and can do nothing else, for the newest life of its
 * sandbox. Errors: `epoch_over`, `not_found`, `repository_forbidden` where GitHub has no such right to give.
 */
export async function mintReadToken(
  deps: Pick<Deps, 'db' | 'github'>,
  { sessionId, epoch }: SandboxIdentity,
): Promise<CredentialsResponse> {
  const session = await findSession(deps.db, sessionId);
  if (!session) throw new AppError('not_found', `There is no session ${sessionId}.`);
  if (session.epoch !== epoch || session.isArchived) {
    throw new AppError('epoch_over', `Epoch ${epoch} is over.`);
  }
  const { kind, name } = session.repository;
  if (kind !== 'github' || !deps.github) {
    throw new AppError('repository_forbidden', `There are no credentials for ${name}.`);
  }
  const { token, expiresAt } = await deps.github.mintToken(name, 'read');
  return { username: USERNAME, password: token, expiresAt: expiresAt.toISOString() };
}

/** The same right, for the server's own look at a repository. Errors: `repository_forbidden`. */
export async function readCredentials(
  { github }: Pick<Deps, 'github'>,
  repository: { kind: string; name: string },
): Promise<{ username: string; password: string } | undefined> {
  if (repository.kind !== 'github') return undefined;
  if (!github) throw new AppError('repository_forbidden', 'Here no GitHub App is set up.');
  const { token } = await github.mintToken(repository.name, 'read');
  return { username: USERNAME, password: token };
}
