import { z } from 'zod';
import { expectPrebuild } from '@/db/environment-builds';
import { doubtAccess, rightsToConfirm } from '@/db/github-access';
import { dropOldDeliveries, type StoredDelivery, workOnDelivery, type Worked } from '@/db/github-deliveries';
import { renameHosted } from '@/db/github-repositories';
import { doubtPullRequests } from '@/db/pull-requests';
import type { DbOrTransaction } from '@/db/client';
import { BELIEVED_SECONDS } from '@/domain/access/repository-access';
import { messageOf } from '@/domain/errors';
import type { GitHub } from '@/ports/github';
import type { Deps } from '../deps';
import { refreshBuilds } from '../environments/refresh-builds';
import { refreshPullRequests } from './refresh-pull-requests';
import { confirmRight } from './repository-right';
import { healInstallations, syncInstallations } from './sync-installations';

const MAX_CONFIRMED = 100;

/** What is read of any event; each leaves out what it has nothing of. */
const Payload = z.object({
  action: z.string().optional(),
  repository: z.object({ full_name: z.string(), owner: z.object({ login: z.string() }) }).optional(),
  organization: z.object({ login: z.string() }).optional(),
  installation: z.object({ account: z.object({ login: z.string() }).optional() }).optional(),
  member: z.object({ login: z.string() }).optional(),
  membership: z.object({ user: z.object({ login: z.string() }).nullish() }).optional(),
  changes: z.object({ repository: z.object({ name: z.object({ from: z.string() }) }).optional() }).optional(),
});
type Payload = z.infer<typeof Payload>;

const Push = z.object({
  ref: z.string(),
  repository: z.object({ full_name: z.string(), default_branch: z.string() }),
});

const PullPayload = z.object({
  repository: z.object({ full_name: z.string() }),
  pull_request: z.object({ number: z.number().int() }).optional(),
  issue: z.object({ number: z.number().int() }).optional(),
});

/** Events after which the list of repositories is another. */
const LIST_EVENTS = new Set([
  'installation',
  'installation_repositories',
  'installation_target',
  'repository',
]);
/** Events after which somebody's rights may be others. */
const ACCESS_EVENTS = new Set([...LIST_EVENTS, 'member', 'membership', 'organization', 'team', 'team_add']);

/** Events after which a pull request may not be as it was. */
const PULL_REQUEST_EVENTS = new Set([
  ...['pull_request', 'pull_request_review', 'pull_request_review_comment', 'issue_comment'],
  ...['check_run', 'check_suite', 'status'],
]);

/**
 * Does the work of all deliveries that wait, and asks GitHub anew for the rights that they cast doubt on. Whatever is
 * left when this is cut off is taken up by the next sweep.
 */
export async function workOffDeliveries(deps: Deps): Promise<void> {
  const { github } = deps;
  if (!github) return;
  const events = new Set<string>();
  const work = async (transaction: DbOrTransaction, delivery: StoredDelivery): Promise<void> => {
    events.add(delivery.event);
    await workOn({ db: transaction, githubUrl: deps.config.githubUrl }, delivery);
  };
  for (;;) {
    const worked = await workOnDelivery(deps.db, work);
    if (worked === 'none') break;
    if (worked !== 'done') sayFailed(deps, worked);
  }
  if (events.has('push')) await refreshBuilds(deps, 'push');
  if ([...events].some((event) => LIST_EVENTS.has(event))) await syncInstallations(deps, github);
  await confirmRights(deps, github);
  await refreshPullRequests(deps, github);
}

function sayFailed({ log }: Pick<Deps, 'log'>, { failed, error }: Exclude<Worked, string>): void {
  log.error('the work of a webhook failed; it is done again later', {
    ...{ delivery: failed.id, event: failed.event, error: messageOf(error) },
  });
}

/** For the sweep: what webhooks told and nobody worked on, and what they never told. */
export async function healGitHub(deps: Deps): Promise<void> {
  if (!deps.github) return;
  await workOffDeliveries(deps);
  await healInstallations(deps, deps.github);
  await dropOldDeliveries(deps.db);
}

async function workOn(
  { db, githubUrl }: { db: DbOrTransaction; githubUrl: string },
  { event, payload }: StoredDelivery,
): Promise<void> {
  if (event === 'push') return followPush(db, payload);
  if (PULL_REQUEST_EVENTS.has(event)) await doubtPulls(db, payload);
  if (!ACCESS_EVENTS.has(event)) return;
  const said = Payload.safeParse(payload);
  // Of a shape that we do not know: the look at what GitHub says now, which follows, needs none of it.
  if (!said.success) return;
  await followName(db, githubUrl, said.data);
  await doubt(db, said.data);
}

/** Whose rights it may have changed: one person's or everybody's, in one repository or all of an account. */
async function doubt(db: DbOrTransaction, said: Payload): Promise<void> {
  const login = said.member?.login ?? said.membership?.user?.login;
  const { repository, organization, installation } = said;
  const account = organization?.login ?? installation?.account?.login;
  if (repository) await doubtAccess(db, { login, of: { fullName: repository.full_name } });
  else if (account !== undefined) await doubtAccess(db, { login, of: { account } });
}

/** Where the default branch of a repository moved, its environment is built anew. */
async function followPush(db: DbOrTransaction, payload: unknown): Promise<void> {
  const { success, data } = Push.safeParse(payload);
  if (!success || data.ref !== `refs/heads/${data.repository.default_branch}`) return;
  await expectPrebuild(db, { fullName: data.repository.full_name });
}

/** What it says is not believed but asked for, so one that comes late, twice or out of order does no harm. */
async function doubtPulls(db: DbOrTransaction, payload: unknown): Promise<void> {
  const said = PullPayload.safeParse(payload);
  if (!said.success) return;
  const { repository, pull_request: pull, issue } = said.data;
  await doubtPullRequests(db, { fullName: repository.full_name, number: pull?.number ?? issue?.number });
}

async function followName(db: DbOrTransaction, githubUrl: string, said: Payload): Promise<void> {
  const { repository, changes } = said;
  const former = changes?.repository?.name.from;
  if (said.action !== 'renamed' || !repository || former === undefined) return;
  const from = `${repository.owner.login}/${former}`;
  const to = repository.full_name;
  const url = { from: `${githubUrl}/${from}.git`, to: `${githubUrl}/${to}.git` };
  await renameHosted(db, { from, to, url });
}

async function confirmRights(deps: Deps, github: GitHub): Promise<void> {
  const keys = await rightsToConfirm(deps.db, { olderThanSeconds: BELIEVED_SECONDS, limit: MAX_CONFIRMED });
  for (const key of keys) {
    try {
      await confirmRight({ ...deps, github }, key);
    } catch (error) {
      deps.log.error('a right at GitHub could not be confirmed; the next sweep asks again', {
        ...{ repository: key.fullName, error: messageOf(error) },
      });
    }
  }
}
