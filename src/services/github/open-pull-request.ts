import { listChangingTurns } from '@/db/diffs';
import { openPullRequests, savePullRequest } from '@/db/pull-requests';
import type { SessionRecord } from '@/db/sessions';
import { userTokenOf } from '@/db/user-tokens';
import { type PullRequest, pullRequestTitle } from '@/domain/code-host';
import { AppError } from '@/domain/errors';
import type { CommandId, SessionId } from '@/domain/ids';
import { pullRequestBody } from '@/domain/session/pull-request-text';
import type { GitHub, NewPullRequest } from '@/ports/github';
import { actorOf, type Caller } from '../caller';
import type { Deps } from '../deps';
import { authorizeSession } from '../sessions/authorize-session';
import { runCommand } from '../sessions/run-command';
import { publishBranch } from './publish-branch';
import { repositoryRight } from './repository-right';

/** What a pull request would be opened with, to be edited first. */
export interface PullRequestDraft {
  title: string;
  body: string;
  base: string;
}

export async function draftPullRequest(
  deps: Deps,
  caller: Caller,
  sessionId: SessionId,
): Promise<PullRequestDraft> {
  const session = await authorizeSession(deps, { caller, sessionId, right: 'prompt' });
  const turns = await listChangingTurns(deps.db, sessionId);
  const url = `${deps.config.appUrl}/s/${sessionId}`;
  const { title, baseBranch: base } = session;
  return { title, base, body: pullRequestBody({ title, url, turns, pictures: [] }) };
}

export interface OpenedPullRequest {
  number: number;
  url: string;
  /** Whose name is on it: the caller's, or the App's where GitHub did not take the caller's sign-in. */
  openedAs: 'person' | 'app';
  /** It was open before: its branch was brought up to date. */
  isKnown: boolean;
}

/**
 * Pushes the session's work and opens a pull request for it as the caller, who needs the right to write to the
 * repository at GitHub. Where one of the same branches is open, its branch is brought up to date and nothing is opened.
 * Errors: `forbidden`, `conflict` with the sentence of the log when the push came to nothing, and those of GitHub.
 */
export async function openPullRequest(
  deps: Deps,
  caller: Caller,
  given: {
    sessionId: SessionId;
    commandId: CommandId;
    title: string;
    body: string;
    isDraft: boolean;
    base?: string | undefined;
  },
): Promise<OpenedPullRequest> {
  const { sessionId, commandId, title, body, isDraft } = given;
  const session = await authorizeSession(deps, { caller, sessionId, right: 'prompt' });
  const { github } = deps;
  const { name: fullName, kind } = session.repository;
  if (kind !== 'github' || !github) {
    throw new AppError(
      'repository_forbidden',
      `Pull requests need a repository that Dispatch’s GitHub App has; ${fullName} is none.`,
    );
  }
  await insistOnWrite(deps, caller, fullName);
  const pushed = await publishBranch(deps, session, actorOf(caller));
  if (!pushed.ok)
    throw new AppError('conflict', pushed.reason.message, { details: { why: pushed.reason.code } });
  const base = given.base ?? session.baseBranch;
  const wanted = { title, body, head: session.branch, base, isDraft };
  const known = await github.findOpenPullRequest(fullName, { head: session.branch, base });
  const opened = known
    ? { pullRequest: known, openedAs: 'person' as const }
    : await openAs({ ...deps, github }, { caller, fullName, wanted });
  const { pullRequest, openedAs } = opened;
  const told = await openPullRequests(deps.db, sessionId);
  if (!told.some(({ number }) => number === pullRequest.number))
    await tellPullRequest(deps, session, { caller, commandId, pullRequest });
  return { number: pullRequest.number, url: pullRequest.url, openedAs, isKnown: known !== null };
}

async function insistOnWrite(deps: Deps, { person }: Caller, fullName: string): Promise<void> {
  const right = await repositoryRight(deps, { userId: person.id, fullName });
  if (right === 'write' || right === 'admin') return;
  throw new AppError(
    'forbidden',
    `GitHub does not let you write to ${fullName}, so nothing is published for you. Ask its owner, or have somebody who may press the button.`,
  );
}

/** As the person; as the App where GitHub does not take their sign-in, and then the pull request says so. */
async function openAs(
  { db, sealer, github }: Pick<Deps, 'db' | 'sealer'> & { github: GitHub },
  { caller, fullName, wanted }: { caller: Caller; fullName: string; wanted: NewPullRequest },
): Promise<{ pullRequest: PullRequest; openedAs: 'person' | 'app' }> {
  const { person } = caller;
  try {
    const token = await userTokenOf({ db, sealer }, person.id, (refreshToken) =>
      github.refreshUser(refreshToken),
    );
    if (token !== null) {
      return { pullRequest: await github.openPullRequest(fullName, wanted, token), openedAs: 'person' };
    }
  } catch (error) {
    if (!(error instanceof AppError && ['unauthenticated', 'repository_forbidden'].includes(error.code)))
      throw error;
  }
  const who = person.login === null ? person.name : `@${person.login}`;
  const body = `${wanted.body}\n\nOpened by Dispatch for ${who}, as GitHub did not take their sign-in.`;
  return { pullRequest: await github.openPullRequest(fullName, { ...wanted, body }, null), openedAs: 'app' };
}

async function tellPullRequest(
  deps: Deps,
  session: SessionRecord,
  { caller, commandId, pullRequest }: { caller: Caller; commandId: CommandId; pullRequest: PullRequest },
): Promise<void> {
  const { id: sessionId, repository } = session;
  const { number, state } = pullRequest;
  // The row first: whatever happens after it, the sweep asks GitHub and tells the session.
  await savePullRequest(deps.db, {
    ...{ fullName: repository.name, number, sessionId, state, title: pullRequestTitle(pullRequest) },
  });
  const command = { type: 'pull-request' as const, pullRequest };
  await runCommand(deps, { sessionId, commandId, actor: actorOf(caller), command });
}
