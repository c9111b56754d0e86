import { type RefMove } from './bare-repository';
import { describe, type Bridge } from './bridge';
import { type CommitRow, type RepositoryRow, type TokenOwner } from './emulate-internals';
import { gitLines, runGit } from './git-command';
import { type WebhookEvent } from './webhook-outbox';

/** GitHub's word for "no commit". */
const NOTHING = '0'.repeat(40);
const MAX_COMMITS = 20; // as many as a push payload carries at GitHub

interface Sender {
  readonly login: string;
  readonly id: number;
  readonly type: string;
  readonly email: string | null;
}

/** Who a token's owner is in a payload: a user, or an App's bot. */
function senderOf({ tables }: Bridge, owner: TokenOwner | undefined): Sender {
  const appId = owner?.installation?.appId;
  const slug = tables.apps.all().find(({ app_id }) => app_id === appId)?.slug;
  const login = slug ? `${slug}[bot]` : (owner?.login ?? 'ghost');
  const { id = 0, type = slug ? 'Bot' : 'User', email = null } = tables.users.findOneBy('login', login) ?? {};
  return { login, id, type, email };
}

function commitPayload(bridge: Bridge, repository: RepositoryRow, commit: CommitRow): object {
  return {
    id: commit.sha,
    tree_id: commit.tree_sha,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer_date,
    url: `${bridge.url}/${repository.full_name}/commit/${commit.sha}`,
    author: { name: commit.author_name, email: commit.author_email },
    committer: { name: commit.committer_name, email: commit.committer_email },
  };
}

async function pushPayload(bridge: Bridge, repository: RepositoryRow, move: RefMove): Promise<object> {
  const folder = await bridge.mirror.folder(repository);
  const { ref, before, after } = move;
  const known = before ? [`^${before}`] : ['--not', `--exclude=${ref}`, '--glob=refs/heads'];
  const range = after ? ['rev-list', `--max-count=${MAX_COMMITS}`, '--reverse', after, ...known] : [];
  const ids = range.length > 0 ? await gitLines(folder, range) : [];
  const commits = ids
    .flatMap((sha) => bridge.mirror.objects.commit(repository.id, sha) ?? [])
    .map((commit) => commitPayload(bridge, repository, commit));
  const isAncestor =
    !before ||
    !after ||
    (await runGit(folder, ['merge-base', '--is-ancestor', before, after])).exitCode === 0;
  const [from, to] = [before ?? NOTHING, after ?? NOTHING];
  const compare = `${bridge.url}/${repository.full_name}/compare/${from.slice(0, 12)}...${to.slice(0, 12)}`;
  return {
    ref,
    before: from,
    after: to,
    created: !before,
    deleted: !after,
    forced: !isAncestor,
    base_ref: null,
    compare,
    commits,
    head_commit: commits.at(-1) ?? null,
  };
}

/** What GitHub says when refs of a repository moved: `create` or `delete`, and always `push`. */
async function refEvents(
  bridge: Bridge,
  repository: RepositoryRow,
  { moves, sender }: { readonly moves: readonly RefMove[]; readonly sender: Sender },
): Promise<WebhookEvent[]> {
  const [owner = ''] = repository.full_name.split('/');
  const common = { repository: await describe(bridge, repository), sender };
  const events: WebhookEvent[] = [];
  for (const move of moves) {
    const [, kind, name = ''] = /^refs\/(head|tag)s\/(.+)$/.exec(move.ref) ?? [];
    const named = { ref: name, ref_type: kind === 'tag' ? 'tag' : 'branch', ...common };
    const created = { ...named, master_branch: repository.default_branch };
    const pusher = { name: sender.login, email: sender.email };
    const push = { ...(await pushPayload(bridge, repository, move)), ...common, pusher };
    if (!move.before) events.push({ event: 'create', payload: created, owner, repository });
    if (!move.after) events.push({ event: 'delete', payload: named, owner, repository });
    events.push({ event: 'push', payload: push, owner, repository });
  }
  return events;
}

/**
 * Brings pull requests up to date after refs moved, and tells the world of both. The caller holds
 * the repository; the webhooks go out after it is free.
 */
export async function announceMoves(
  bridge: Bridge,
  repository: RepositoryRow,
  { moves, owner }: { readonly moves: readonly RefMove[]; readonly owner: TokenOwner | undefined },
): Promise<void> {
  if (moves.length === 0) return;
  bridge.tables.repos.update(repository.id, { pushed_at: new Date().toISOString() });
  const followed = await bridge.pulls.follow(repository, moves);
  const sender = senderOf(bridge, owner);
  bridge.webhooks.add(() => refEvents(bridge, repository, { moves, sender }));
  for (const { pull, before, after } of followed) {
    bridge.webhooks.add(async () => {
      const { number } = pull;
      const pull_request = await describe(bridge, repository, `/pulls/${number}`);
      const about = { pull_request, repository: await describe(bridge, repository), sender };
      const payload = { action: 'synchronize', number, before, after, ...about };
      const [login = ''] = repository.full_name.split('/');
      return [{ event: 'pull_request', action: 'synchronize', payload, owner: login, repository }];
    });
  }
}
