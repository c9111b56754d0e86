import { findEnvironment } from '@/db/environment-builds';
import type { SessionRecord } from '@/db/sessions';
import { ENVIRONMENT_FILE, readEnvironment } from '@/domain/environment/environment';
import { clampResources } from '@/domain/environment/clamp-resources';
import { messageOf } from '@/domain/errors';
import type { FileAtHead } from '@/ports/repositories';
import type { SandboxResources } from '@/ports/sandboxes';
import type { Deps } from '../deps';
import { readCredentials } from '../github/mint-read-token';

/**
 * What a session's sandbox gets: what was saved for its repository asks for, else `.dispatch/environment.json` at the head of the session's base branch,
 * at most what the deployment allows. What a repository's host can't tell leaves the choice to the provider, since a
 * session on the usual resources is better than none; the log says why. The bridge tells people what is wrong with the
 * file, so nothing is said of it here.
 */
export async function readResources(
  deps: Pick<Deps, 'db' | 'repositoryHost' | 'github' | 'config' | 'log'>,
  session: Pick<SessionRecord, 'id' | 'repository' | 'baseBranch'>,
): Promise<SandboxResources> {
  const saved = await findEnvironment(deps.db, session.repository.id);
  const file = saved === null ? await readAtHead(deps, session) : ({ kind: 'text', text: saved } as const);
  if (file.kind === 'unreadable') {
    deps.log.info('the environment of a repository can not be read', {
      sessionId: session.id,
      why: file.why,
    });
  }
  if (file.kind !== 'text' || ('isCut' in file && file.isCut)) return {};
  const { resources } = readEnvironment(file.text).environment;
  return clampResources(resources ?? {}, deps.config.sandboxMaxima);
}

async function readAtHead(
  deps: Pick<Deps, 'db' | 'repositoryHost' | 'github'>,
  { repository, baseBranch }: Pick<SessionRecord, 'repository' | 'baseBranch'>,
): Promise<FileAtHead> {
  try {
    const at = { branch: baseBranch, file: ENVIRONMENT_FILE };
    const credentials = await readCredentials(deps, repository);
    return await deps.repositoryHost.readFile(repository.url, at, credentials);
  } catch (error) {
    return { kind: 'unreadable', why: messageOf(error) };
  }
}
