import { grantedRight, isVisible, permissionsOf, rightOn } from './access';
import { describe, findRepository, type Bridge } from './bridge';
import { type RepositoryRow, type Row, type TokenOwner } from './emulate-internals';
import { git, runGit } from './git-command';
import { notFound, paginate, refuse, route, type Call, type Route } from './router';

/** A commit status; emulate has checks but not these. */
interface StatusRow extends Row {
  readonly repo_id: number;
  readonly sha: string;
  readonly state: string;
  readonly context: string;
  readonly description: string | null;
  readonly target_url: string | null;
}

/** A repository as GitHub describes it to this caller: emulate says that everyone may do everything. */
async function describeTo(bridge: Bridge, owner: TokenOwner | undefined, repository: RepositoryRow) {
  const permissions = permissionsOf(rightOn(bridge.tables, owner, repository));
  return { ...(await describe(bridge, repository)), permissions: owner ? permissions : undefined };
}

async function listRepositories(
  bridge: Bridge,
  { url, owner }: Call,
  list: {
    readonly of: (repository: RepositoryRow) => boolean;
    readonly wrap?: (page: readonly unknown[]) => object;
  },
): Promise<Response> {
  const visible = bridge.tables.repos
    .all()
    .filter((row) => isVisible(bridge.tables, owner, row) && list.of(row));
  const described = await Promise.all(visible.map((repository) => describeTo(bridge, owner, repository)));
  return paginate(url, described, list.wrap);
}

/** All that a user owns or was let into; emulate leaves out what an organization's members share. */
function ownRepositories(bridge: Bridge, call: Call): Promise<Response> {
  const { owner } = call;
  if (!owner || owner.installation) return bridge.emulate(call.request); // words the refusal
  const of = (row: RepositoryRow) => grantedRight(bridge.tables, owner, row) !== 'none';
  return listRepositories(bridge, call, { of });
}

function installationRepositories(bridge: Bridge, call: Call): Promise<Response> {
  const grant = call.owner?.installation;
  if (!grant) return Promise.resolve(refuse(403, 'You must authenticate with an installation access token.'));
  const of = (row: RepositoryRow) =>
    row.owner_id === grant.accountId &&
    row.owner_type === grant.accountType &&
    (grant.repositorySelection === 'all' || grant.repositoryIds.includes(row.id));
  const total_count = bridge.tables.repos.all().filter(of).length;
  const wrap = (repositories: readonly unknown[]) => ({
    total_count,
    repository_selection: grant.repositorySelection,
    repositories,
  });
  return listRepositories(bridge, call, { of, wrap });
}

async function tarball(bridge: Bridge, repository: RepositoryRow, ref: string): Promise<Response> {
  const folder = await bridge.mirror.folder(repository);
  const { exitCode, stdout } = await runGit(folder, ['rev-parse', '--verify', '--short', `${ref}^{commit}`]);
  if (exitCode !== 0) return notFound();
  const name = `${repository.full_name.replace('/', '-')}-${stdout.toString('utf8').trim()}`;
  const archive = await git(folder, ['archive', '--format=tar.gz', `--prefix=${name}/`, ref]);
  const headers = {
    'content-type': 'application/gzip',
    'content-disposition': `attachment; filename=${name}.tar.gz`,
  };
  return new Response(new Uint8Array(archive), { headers });
}

function statuses(bridge: Bridge) {
  return bridge.store.collection<StatusRow>('bridge.statuses', ['repo_id', 'sha']);
}

async function addStatus(bridge: Bridge, { request }: Call, at: { repository: RepositoryRow; sha: string }) {
  const body = (await request.json()) as Partial<StatusRow>; // only strings are taken from it
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  const row = {
    repo_id: at.repository.id,
    sha: at.sha,
    state: text(body.state) ?? 'pending',
    context: text(body.context) ?? 'default',
    description: text(body.description),
    target_url: text(body.target_url),
  };
  return Response.json(statuses(bridge).insert(row), { status: 201 });
}

/** The newest status of each context, and GitHub's sum of them. */
async function combinedStatus(bridge: Bridge, repository: RepositoryRow, ref: string): Promise<Response> {
  const folder = await bridge.mirror.folder(repository);
  const { exitCode, stdout } = await runGit(folder, ['rev-parse', '--verify', `${ref}^{commit}`]);
  if (exitCode !== 0) return notFound();
  const sha = stdout.toString('utf8').trim();
  const newest = new Map<string, StatusRow>();
  for (const row of statuses(bridge).findBy('sha', sha)) {
    if (row.repo_id === repository.id) newest.set(row.context, row);
  }
  const list = [...newest.values()];
  const has = (...states: string[]) => list.some(({ state }) => states.includes(state));
  const settled = has('pending') || list.length === 0 ? 'pending' : 'success';
  const state = has('failure', 'error') ? 'failure' : settled;
  return Response.json({ state, statuses: list, total_count: list.length, sha });
}

/** A picture for each account, so that pages that show one need no network. */
function avatar(login: string): Response {
  const hue = Buffer.from(login).reduce((sum, byte) => sum + byte * 47, 0) % 360;
  const letter = /^[a-z\d]/i.exec(login)?.[0].toUpperCase() ?? '?';
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="hsl(${hue} 45% 42%)"/>` +
    `<text x="32" y="43" text-anchor="middle" font-family="sans-serif" font-size="30" fill="#fff">${letter}</text></svg>`;
  return new Response(svg, { headers: { 'content-type': 'image/svg+xml' } });
}

/** What GitHub has around repositories and emulate has not, or has without asking who reads. */
export function repositoryRoutes(bridge: Bridge): Route[] {
  type RepositoryCall = Call<'owner' | 'name'>;
  const onRepository =
    <C extends RepositoryCall>(handle: (call: C, repository: RepositoryRow) => Promise<Response>) =>
    async (call: C) => {
      const repository = findRepository(bridge.tables, call.params.owner, call.params.name);
      return repository ? handle(call, repository) : notFound();
    };
  return [
    route('GET', '/avatars/:kind/:login', async ({ params }) => avatar(params.login)),
    route('GET', '/installation/repositories', (call) => installationRepositories(bridge, call)),
    route('GET', '/user/repos', (call) => ownRepositories(bridge, call)),
    route('GET', '/orgs/:org/repos', (call) =>
      listRepositories(bridge, call, { of: (row) => row.full_name.startsWith(`${call.params.org}/`) }),
    ),
    route(
      'GET',
      '/repos/:owner/:name',
      onRepository(async ({ owner }, repository) =>
        Response.json(await describeTo(bridge, owner, repository)),
      ),
    ),
    route(
      'GET',
      '/repos/:owner/:name/tarball/*',
      onRepository((call, repository) => tarball(bridge, repository, call.params.rest)),
    ),
    route(
      'POST',
      '/repos/:owner/:name/statuses/:sha',
      onRepository((call, repository) => addStatus(bridge, call, { repository, sha: call.params.sha })),
    ),
    route(
      'GET',
      '/repos/:owner/:name/commits/:ref/status',
      onRepository((call, repository) => combinedStatus(bridge, repository, call.params.ref)),
    ),
  ];
}
