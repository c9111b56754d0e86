import { searchHosted } from '@/db/github-repositories';
import { cleanText } from '@/domain/events/text-hygiene';
import type { HostedRepository } from '@/domain/code-host';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { repositoryRight } from './repository-right';
import { healInstallations } from './sync-installations';

const MAX_LISTED = 30;
const AT_A_TIME = 10;

/** Repositories at GitHub, as somebody sees them. */
export interface HostedList {
  /** Where the App is installed on more; null where there is no App. */
  installUrl: string | null;
  repositories: (HostedRepository & { url: string })[];
}

/** The repositories that the App was given and that the caller may read by their own rights, by name. */
export async function listHosted(
  deps: Pick<Deps, 'db' | 'github' | 'realtime' | 'log' | 'config' | 'sealer'>,
  { person }: Caller,
  search: string,
): Promise<HostedList> {
  const { github } = deps;
  if (!github) return { installUrl: null, repositories: [] };
  await healInstallations(deps, github);
  const words = cleanText(search).split(/\s+/).filter(Boolean).slice(0, 8);
  const found = await searchHosted(deps.db, { words, limit: MAX_LISTED });
  const seen: HostedList['repositories'] = [];
  for (let from = 0; from < found.length; from += AT_A_TIME) {
    const some = found.slice(from, from + AT_A_TIME);
    const rights = await Promise.all(
      some.map(({ fullName }) => repositoryRight(deps, { userId: person.id, fullName })),
    );
    const urlOf = (fullName: string) => `${deps.config.githubUrl}/${fullName}.git`;
    seen.push(
      ...some
        .filter((_, index) => rights[index] !== 'none')
        .map((repository) => ({ ...repository, url: urlOf(repository.fullName) })),
    );
  }
  return { installUrl: github.installUrl, repositories: seen };
}
