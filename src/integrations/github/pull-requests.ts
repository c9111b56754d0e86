import type { Octokit } from '@octokit/core';
import { type PullRequest, type PullRequestHealth, UNCHECKED } from '@/domain/code-host';
import { AppError } from '@/domain/errors';
import type { GitHubPullRequests, NewPullRequest, PullRequestComment } from '@/ports/github';
import { asked, named, PAGE, pages, statusOf, worded } from './answers';

interface Clients {
  asApp: (fullName: string) => Promise<Octokit>;
  asUser: (token: string) => Octokit;
}

/** What Dispatch does with pull requests, as its App or as the person whose token is given. */
export function pullRequests({ asApp, asUser }: Clients): GitHubPullRequests {
  return {
    openPullRequest: async (fullName, given, userToken) =>
      open(userToken === null ? await asApp(fullName) : asUser(userToken), fullName, given),
    findOpenPullRequest: async (fullName, { head, base }) => {
      const octokit = await asApp(fullName);
      const { owner } = named(fullName);
      const { data } = await asked(
        octokit.request('GET /repos/{owner}/{repo}/pulls', {
          ...{ ...named(fullName), state: 'open', base, head: `${owner}:${head}` },
        }),
      );
      const row = data.find((pull) => pull.head.ref === head && pull.base.ref === base);
      return row ? toPullRequest(row, UNCHECKED) : null;
    },
    readPullRequest: async (fullName, number) => {
      const octokit = await asApp(fullName);
      const at = { ...named(fullName), pull_number: number };
      try {
        const { data } = await octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', at);
        const health = data.state === 'open' ? await healthOf(octokit, fullName, data) : UNCHECKED;
        return toPullRequest(data, health);
      } catch (error) {
        if (statusOf(error) === 404) return null;
        throw error instanceof AppError ? error : worded(error);
      }
    },
    pullRequestComments: async (fullName, number) => commentsOn(await asApp(fullName), fullName, number),
    answerComment: async (fullName, number, { comment, text }) => {
      const octokit = await asApp(fullName);
      const [kind, id] = comment.split(':');
      const at = named(fullName);
      const reply = 'POST /repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies';
      const said: Promise<unknown> =
        kind === 'review'
          ? octokit.request(reply, {
              ...{ ...at, pull_number: number, body: text },
              comment_id: await threadOf(octokit, fullName, Number(id)),
            })
          : octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
              ...{ ...at, issue_number: number, body: text },
            });
      await asked(said);
    },
  };
}

/** The remark that a thread began with: GitHub takes replies to no other. */
async function threadOf(octokit: Octokit, fullName: string, id: number): Promise<number> {
  const { data } = await asked(
    octokit.request('GET /repos/{owner}/{repo}/pulls/comments/{comment_id}', {
      ...{ ...named(fullName), comment_id: id },
    }),
  );
  return data.in_reply_to_id ?? id;
}

async function open(
  octokit: Octokit,
  fullName: string,
  { title, body, head, base, isDraft }: NewPullRequest,
): Promise<PullRequest> {
  const { data } = await asked(
    octokit.request('POST /repos/{owner}/{repo}/pulls', {
      ...{ ...named(fullName), title, body, head, base, draft: isDraft },
    }),
  );
  return toPullRequest(data, UNCHECKED);
}

interface RawPull {
  number: number;
  html_url: string;
  title: string;
  state: string;
  draft?: boolean | undefined;
  merged_at: string | null;
  head: { sha: string };
  base: { ref: string };
}

function toPullRequest(row: RawPull, health: PullRequestHealth): PullRequest {
  const closed = row.merged_at === null ? 'closed' : 'merged';
  return {
    ...{ number: row.number, url: row.html_url, title: row.title, isDraft: row.draft ?? false },
    ...{ state: row.state === 'open' ? 'open' : closed, headSha: row.head.sha, baseBranch: row.base.ref },
    health,
  };
}

const FAILED: ReadonlySet<string | null> = new Set([
  'failure',
  'timed_out',
  'action_required',
  'startup_failure',
]);

async function healthOf(octokit: Octokit, fullName: string, pull: RawPull): Promise<PullRequestHealth> {
  const at = named(fullName);
  const runs = await octokit.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
    ...{ ...at, ref: pull.head.sha, per_page: PAGE },
  });
  const checks = { failed: 0, running: 0, passed: 0 };
  for (const { status, conclusion } of runs.data.check_runs) {
    if (status !== 'completed') checks.running += 1;
    else if (FAILED.has(conclusion)) checks.failed += 1;
    else checks.passed += 1;
  }
  const reviews = await pages(async (page) => {
    const { data } = await octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews', {
      ...{ ...at, pull_number: pull.number, per_page: PAGE, page },
    });
    return data;
  });
  const newest = new Map<string, string>();
  for (const { user, state } of reviews) {
    if (user && ['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED'].includes(state)) newest.set(user.login, state);
  }
  const who = (wanted: string) => [...newest].filter(([, state]) => state === wanted).map(([login]) => login);
  return { checks, approvedBy: who('APPROVED'), changesWantedBy: who('CHANGES_REQUESTED') };
}

interface RawComment {
  id: number | bigint;
  user?: { id: number | bigint; type?: string } | null;
  body?: string | undefined;
  path?: string;
  line?: number | null | undefined;
}

async function commentsOn(octokit: Octokit, fullName: string, number: number): Promise<PullRequestComment[]> {
  const at = named(fullName);
  const review = await pages(async (page) => {
    const { data } = await asked(
      octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}/comments', {
        ...{ ...at, pull_number: number, per_page: PAGE, page },
      }),
    );
    return data;
  });
  const talk = await pages(async (page) => {
    const { data } = await asked(
      octokit.request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
        ...{ ...at, issue_number: number, per_page: PAGE, page },
      }),
    );
    return data;
  });
  return [...review.map((row) => toComment('review', row)), ...talk.map((row) => toComment('issue', row))];
}

function toComment(kind: 'review' | 'issue', { id, user, body, path, line }: RawComment): PullRequestComment {
  return {
    ...{
      comment: `${kind}:${id}`,
      accountId: String(user?.id ?? ''),
      isBot: user?.type === 'Bot',
      text: body ?? '',
    },
    on: path === undefined ? null : { path, line: line ?? null },
  };
}
