import { describe, findRepository, type Bridge } from './bridge';
import { type PullRequestRow, type RepositoryRow } from './emulate-internals';
import { git } from './git-command';
import { mergeTrees, type MergeResult } from './pull-requests';
import { notFound, paginate, refuse, route, type Call, type Route } from './router';
import { settle } from './write-through';

type PullCall = Call<'owner' | 'name' | 'number'>;

interface Found {
  readonly repository: RepositoryRow;
  readonly pull: PullRequestRow;
}

/** What a client may send to these routes; anything else is left to emulate's own checks. */
type Body = Readonly<Record<string, unknown>>;

async function readBody(request: Request): Promise<{ readonly body: Body; readonly text: string }> {
  const text = await request.text();
  try {
    const body: unknown = JSON.parse(text || '{}');
    // An object's fields are all unknown until they are looked at, which is what Body says.
    return { body: typeof body === 'object' && body !== null ? (body as Body) : {}, text };
  } catch (error) {
    if (error instanceof SyntaxError) return { body: {}, text }; // emulate words the refusal
    throw error;
  }
}

/** The same request again, with a body that was read, and perhaps changed. */
function again(request: Request, body: string): Request {
  const headers = new Headers(request.headers);
  headers.delete('content-length');
  return new Request(request.url, { method: request.method, headers, body });
}

function invalid(field: string, message?: string): Response {
  const error = { resource: 'PullRequest', field, code: message ? 'custom' : 'invalid' };
  return refuse(422, 'Validation Failed', [message ? { ...error, message } : error]);
}

/** What GitHub refuses and emulate accepts: no such branch, nothing to merge, opened twice. */
function refuseOpening({ tables }: Bridge, repository: RepositoryRow, body: Body): Response | undefined {
  const [owner = ''] = repository.full_name.split('/');
  const [base, head] = [String(body['base']), String(body['head']).replace(`${owner}:`, '')];
  if (head.includes(':')) return undefined; // from a fork
  const tip = (name: string) =>
    tables.branches.findBy('repo_id', repository.id).find((branch) => branch.name === name)?.sha;
  if (!tip(head)) return invalid('head');
  if (!tip(base)) return invalid('base');
  const isOpen = tables.pullRequests
    .findBy('repo_id', repository.id)
    .some((pull) => pull.state === 'open' && pull.head_ref === head && pull.base_ref === base);
  if (isOpen) return invalid('head', `A pull request already exists for ${owner}:${head}.`);
  if (tip(head) === tip(base)) return invalid('base', `No commits between ${base} and ${head}`);
  return undefined;
}

/** Opens or changes a pull request and answers with what git, not emulate, knows of it. */
async function writePull(
  bridge: Bridge,
  { request, owner }: Call,
  repository: RepositoryRow,
): Promise<Response> {
  const response = await bridge.emulate(request);
  await settle(bridge, repository.id, owner);
  if (!response.ok) return response;
  // Emulate answers both with the pull request.
  const { number } = (await response.json()) as { number: number };
  const pull = bridge.pulls.find(repository, number);
  if (pull) await bridge.pulls.refresh(repository, pull);
  return Response.json(await describe(bridge, repository, `/pulls/${number}`), { status: response.status });
}

const REFUSED_MERGE = {
  conflict: 'Pull Request has merge conflicts',
  unsupported: 'The emulated GitHub needs git 2.38 or newer to merge',
} as const satisfies Record<Exclude<MergeResult['kind'], 'clean'>, string>;

/** The title GitHub gives a merge or squash commit that was given none. */
function mergeTitle(pull: PullRequestRow, repository: RepositoryRow, method: unknown): Body {
  if (method === 'squash') return { commit_title: `${pull.title} (#${pull.number})` };
  const from = `${repository.full_name.split('/')[0] ?? ''}/${pull.head_ref}`;
  return { commit_title: `Merge pull request #${pull.number} from ${from}`, commit_message: pull.title };
}

async function merge(bridge: Bridge, call: Call, { repository, pull: stale }: Found): Promise<Response> {
  const pull = await bridge.pulls.refresh(repository, stale);
  if (pull.state !== 'open') return refuse(405, 'Pull Request is not mergeable');
  const { body } = await readBody(call.request);
  if (typeof body['sha'] === 'string' && body['sha'] !== pull.head_sha) {
    return refuse(409, 'Head branch was modified. Review and try the merge again.');
  }
  const merged = await mergeTrees(await bridge.mirror.folder(repository), pull.base_sha, pull.head_sha);
  if (merged.kind !== 'clean') return refuse(405, REFUSED_MERGE[merged.kind]);
  const titled = { ...mergeTitle(pull, repository, body['merge_method']), ...body };
  const response = await bridge.emulate(again(call.request, JSON.stringify(titled)));
  if (!response.ok) return response;
  // Emulate answers a merge with the commit that it made.
  const answer = (await response.json()) as { sha: string };
  const wrong = { sha: answer.sha, tree: merged.tree, branch: pull.base_ref };
  const sha = await bridge.pulls.correctMerge(repository, wrong);
  bridge.tables.pullRequests.update(pull.id, { merge_commit_sha: sha });
  await settle(bridge, repository.id, call.owner);
  return Response.json({ ...answer, sha });
}

/** Merges the base into the head, with GitHub's answer to it. */
async function updateBranch(
  bridge: Bridge,
  call: Call,
  { repository, pull: stale }: Found,
): Promise<Response> {
  const pull = await bridge.pulls.refresh(repository, stale);
  const { text } = await readBody(call.request);
  const merged = await mergeTrees(await bridge.mirror.folder(repository), pull.head_sha, pull.base_sha);
  if (merged.kind !== 'clean') return refuse(422, REFUSED_MERGE[merged.kind]);
  const response = await bridge.emulate(again(call.request, text || '{}'));
  if (!response.ok) return response;
  const sha = bridge.pulls.find(repository, pull.number)?.head_sha ?? pull.head_sha;
  await bridge.pulls.correctMerge(repository, { sha, tree: merged.tree, branch: pull.head_ref });
  await settle(bridge, repository.id, call.owner);
  return response;
}

/** The diff or the patch of a pull request, when the Accept header asks for one. */
async function textOf(bridge: Bridge, call: Call, { repository, pull }: Found): Promise<string | undefined> {
  const kind = /[.](diff|patch)\b/.exec(call.request.headers.get('accept') ?? '')?.[1];
  if (!kind) return undefined;
  const folder = await bridge.mirror.folder(repository);
  const { base_sha: base, head_sha: head } = pull;
  const args =
    kind === 'diff' ? ['diff', `${base}...${head}`] : ['format-patch', '--stdout', `${base}..${head}`];
  return (await git(folder, args)).toString('utf8');
}

async function readPull(bridge: Bridge, call: Call, found: Found): Promise<Response> {
  const response = await bridge.emulate(call.request);
  const text = response.ok ? await textOf(bridge, call, found) : undefined;
  return text === undefined
    ? response
    : new Response(text, { headers: { 'content-type': 'text/plain; charset=utf-8' } });
}

/** The files or commits of a pull request: emulate's own lists are wrong, but its comparison is right. */
async function listOf(
  bridge: Bridge,
  call: Call,
  { repository, pull, list }: Found & { readonly list: 'files' | 'commits' },
): Promise<Response> {
  const response = await bridge.emulate(call.request);
  if (!response.ok) return response;
  const path = `/compare/${pull.base_sha}...${pull.head_sha}`;
  // A comparison has both lists.
  const comparison = (await describe(bridge, repository, path)) as Record<typeof list, unknown[]> | undefined;
  return paginate(call.url, comparison?.[list] ?? []);
}

/** A reply in the thread of a line: emulate has the thread, but not this way in. */
async function reply(bridge: Bridge, call: Call<'owner' | 'name' | 'number' | 'comment'>): Promise<Response> {
  const { body } = await readBody(call.request);
  const said = JSON.stringify({ body: body['body'], in_reply_to_id: Number(call.params.comment) });
  const url = call.request.url.replace(/[/][^/]+[/]replies$/, '');
  const { headers } = again(call.request, said);
  return bridge.emulate(new Request(url, { method: 'POST', headers, body: said }));
}

/** What emulate's pull requests lack, or do without git. */
export function pullRequestRoutes(bridge: Bridge): Route[] {
  const base = '/repos/:owner/:name/pulls/:number' as const;
  const onPull = (handle: (call: PullCall, found: Found) => Promise<Response>) => async (call: PullCall) => {
    const repository = findRepository(bridge.tables, call.params.owner, call.params.name);
    const pull = repository && bridge.pulls.find(repository, Number(call.params.number));
    return repository && pull ? handle(call, { repository, pull }) : bridge.emulate(call.request);
  };
  const alone = (handle: (bridge: Bridge, call: Call, found: Found) => Promise<Response>) =>
    onPull((call, found) => bridge.mirror.exclusive(found.repository.id, () => handle(bridge, call, found)));
  return [
    route('POST', '/repos/:owner/:name/pulls', async (call) => {
      const repository = findRepository(bridge.tables, call.params.owner, call.params.name);
      if (!repository) return notFound();
      const { body, text } = await readBody(call.request);
      const request = again(call.request, text);
      return bridge.mirror.exclusive(
        repository.id,
        async () =>
          refuseOpening(bridge, repository, body) ?? writePull(bridge, { ...call, request }, repository),
      );
    }),
    route(
      'PATCH',
      base,
      alone((_, call, { repository }) => writePull(bridge, call, repository)),
    ),
    route('POST', `${base}/comments/:comment/replies`, (call) => reply(bridge, call)),
    route('PUT', `${base}/merge`, alone(merge)),
    route('PUT', `${base}/update-branch`, alone(updateBranch)),
    route(
      'GET',
      base,
      onPull((call, found) => readPull(bridge, call, found)),
    ),
    route(
      'GET',
      `${base}/files`,
      onPull((call, found) => listOf(bridge, call, { ...found, list: 'files' })),
    ),
    route(
      'GET',
      `${base}/commits`,
      onPull((call, found) => listOf(bridge, call, { ...found, list: 'commits' })),
    ),
  ];
}
