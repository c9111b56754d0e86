import type { NamedRequest } from '@/domain/chat/chat-request';
import { findSlackPerson } from '@/db/slack-people';
import { AppError } from '@/domain/errors';
import type { Deps } from '../deps';
import { repositoriesIn } from './choose-repository';
import { receiveRequest } from './receive-request';
import { openWorkspace, type SlackDeps, withChat } from './slack-world';

const MAX_SUGGESTED = 100;

/** What is done with what Slack sends. The dependencies are asked for at each call, since they belong to a request. */
export function createInbox(dependencies: () => Deps): {
  take(named: NamedRequest): Promise<void>;
  suggest(who: {
    workspaceId: string;
    userId: string;
    search: string;
  }): Promise<{ id: string; name: string }[]>;
} {
  const slack = (): SlackDeps => {
    const deps = withChat(dependencies());
    if (!deps) throw new AppError('not_found', 'Here no Slack app is set up.');
    return deps;
  };
  return {
    take: (named) => receiveRequest(slack(), named),
    suggest: (who) => suggestRepositories(slack(), who),
  };
}

/** The repositories that somebody may choose, by what they typed; none for who is not linked. */
async function suggestRepositories(
  deps: SlackDeps,
  { workspaceId, userId, search }: { workspaceId: string; userId: string; search: string },
): Promise<{ id: string; name: string }[]> {
  const workspace = await openWorkspace(deps, workspaceId);
  const person = workspace && (await findSlackPerson(deps.db, { workspaceId, slackUserId: userId }));
  if (!workspace || !person) return [];
  const known = await repositoriesIn(deps, { workspace, caller: { person, via: 'slack' } });
  const words = search.toLowerCase().split(/\s+/);
  return known
    .filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)))
    .slice(0, MAX_SUGGESTED)
    .map(({ id, name }) => ({ id, name }));
}
