import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { AppError } from '@/domain/errors';
import type { ApiClient } from '../api-client';
import { checkoutOf, runGit } from './run-git';

/** How a new session names its repository to the server. */
export type RepositoryChoice = { id: string } | { address: string };

/**
 * What `--repo` means: `demo`, a git URL, a path of this machine, or the name of a repository that the team has.
 * Without it: the checkout that one stands in (its path when the server is this machine, else where it was cloned
 * from), and outside of any checkout the demo repository.
 */
export async function chooseRepository(
  api: ApiClient,
  { given, cwd }: { given: string | undefined; cwd: string },
): Promise<RepositoryChoice> {
  if (given === 'demo') return demoRepository(api);
  if (given !== undefined) return { address: await addressOf(given, cwd) };
  const checkout = await checkoutOf(cwd);
  if (checkout === null) return demoRepository(api);
  if (isThisMachine(api.server)) return { address: checkout };
  const { code, stdout } = await runGit(checkout, 'remote', 'get-url', 'origin');
  if (code !== 0) {
    throw new AppError(
      'bad_input',
      `${checkout} has no remote “origin”, and ${api.server} can't see this machine's files. Name a repository with --repo.`,
    );
  }
  return { address: httpsAddress(stdout.trim()) };
}

async function demoRepository(api: ApiClient): Promise<RepositoryChoice> {
  const repositories = await api.insist((client) => client.repositories.list.query());
  const demo = repositories.find(({ kind }) => kind === 'demo');
  if (!demo) throw new AppError('repository_not_found', 'This server has no demo repository.');
  return { id: demo.id };
}

async function addressOf(given: string, cwd: string): Promise<string> {
  if (/^[a-z+]+:\/\//i.test(given)) return given;
  const path = resolve(cwd, given.replace(/^~(?=\/|$)/, homedir()));
  const saysPath = /^(\.{0,2}\/|~|\.{1,2}$)/.test(given);
  if (saysPath || (existsSync(join(path, '.git')) && statSync(path).isDirectory())) {
    if (!existsSync(path)) throw new AppError('repository_not_found', `There is no folder ${path}.`);
    return (await checkoutOf(path)) ?? path;
  }
  return httpsAddress(given);
}

/** `git@host:acme/web.git` and `ssh://git@host/acme/web.git` as https, which is how the server reads repositories. */
export function httpsAddress(address: string): string {
  const scp = /^(?:[\w.-]+@)?([\w-]+(?:\.[\w-]+)+):(?!\/\/)(.+)$/.exec(address);
  if (scp) return `https://${scp[1] ?? ''}/${scp[2] ?? ''}`;
  return address.replace(/^ssh:\/\/(?:[^@/]+@)?([^/:]+)(?::\d+)?\//, 'https://$1/');
}

function isThisMachine(server: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(server).hostname);
}
