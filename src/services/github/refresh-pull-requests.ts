import {
  hasUnpushedWork,
  type KnownPullRequest,
  openPullRequests,
  takeDuePullRequests,
  updatePullRequest,
} from '@/db/pull-requests';
import { findSession } from '@/db/sessions';
import { pullRequestTitle } from '@/domain/code-host';
import { messageOf } from '@/domain/errors';
import { SYSTEM } from '@/domain/events/actor';
import type { SessionId } from '@/domain/ids';
import type { GitHub } from '@/ports/github';
import type { Deps } from '../deps';
import { runCommand } from '../sessions/run-command';
import { publishBranch } from './publish-branch';
import { answerComments, takeUpComments } from './pull-request-talk';

/** An open one is asked about so often even if no webhook tells of it. */
const LOOK_AGAIN_SECONDS = 600;
const AT_A_TIME = 20;

/**
 * Asks GitHub how the pull requests are that webhooks told news of, or that nobody asked about for long; tells their
 * sessions what is new, and takes up what was said on them. One that fails is asked about again later.
 */
export async function refreshPullRequests(deps: Deps, github: GitHub): Promise<void> {
  for (;;) {
    const due = await takeDuePullRequests(deps.db, {
      olderThanSeconds: LOOK_AGAIN_SECONDS,
      limit: AT_A_TIME,
    });
    for (const known of due) await insulated(deps, known, () => refresh(deps, github, known));
    if (due.length < AT_A_TIME) break;
  }
  await answerComments(deps, github);
}

/** After a turn: brings the branches of the session's open pull requests up to its work, and answers what asked for it. */
export async function followTurn(deps: Deps, sessionId: SessionId): Promise<void> {
  const { github } = deps;
  if (!github) return;
  const [known] = await openPullRequests(deps.db, sessionId);
  if (!known) return;
  await insulated(deps, known, () => pushAgain(deps, sessionId));
  await answerComments(deps, github);
}

async function refresh(deps: Deps, github: GitHub, known: KnownPullRequest): Promise<void> {
  const { fullName, number, sessionId } = known;
  const pullRequest = await github.readPullRequest(fullName, number);
  if (!pullRequest) {
    await updatePullRequest(deps.db, { ...known, state: 'closed' });
    return;
  }
  const title = pullRequestTitle(pullRequest);
  if (title !== known.title) {
    await runCommand(deps, { sessionId, actor: SYSTEM, command: { type: 'pull-request', pullRequest } });
    await updatePullRequest(deps.db, { fullName, number, title, state: pullRequest.state });
  }
  if (pullRequest.state !== 'open') return;
  await takeUpComments(deps, github, known);
  await pushAgain(deps, sessionId);
}

async function pushAgain(deps: Deps, sessionId: SessionId): Promise<void> {
  if (!(await hasUnpushedWork(deps.db, sessionId))) return;
  const session = await findSession(deps.db, sessionId);
  if (session) await publishBranch(deps, session, SYSTEM);
}

/** One pull request that GitHub has trouble with holds up none behind it. */
async function insulated(
  { log }: Pick<Deps, 'log'>,
  { fullName, number }: KnownPullRequest,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.error('a pull request could not be followed; it is looked at again later', {
      ...{ repository: fullName, number, error: messageOf(error) },
    });
  }
}
