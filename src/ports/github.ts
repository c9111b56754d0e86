import type { HostedRepository, Installation, PullRequest, UserTokens } from '@/domain/code-host';
import type { RepositoryRight } from '@/domain/access/repository-access';

/** A token of an installation for one repository; short-lived. */
export interface RepositoryToken {
  token: string;
  expiresAt: Date;
}

/** What a pull request is opened with; branches of the one repository. */
export interface NewPullRequest {
  title: string;
  /** Markdown. */
  body: string;
  head: string;
  base: string;
  isDraft: boolean;
}

/** Something said on a pull request: on the whole of it, or on a line of its change. */
export interface PullRequestComment {
  /** `review:1` or `issue:1`: GitHub counts the two apart. */
  comment: string;
  /** Who said it, by the id that stays when they take another name. */
  accountId: string;
  isBot: boolean;
  text: string;
  on: { path: string; line: number | null } | null;
}

export interface GitHubPullRequests {
  /** As the owner of the token, or as the App where it is null. */
  openPullRequest(fullName: string, given: NewPullRequest, userToken: string | null): Promise<PullRequest>;
  /** The one of these two branches that is open, without its health; null for none. */
  findOpenPullRequest(fullName: string, between: { head: string; base: string }): Promise<PullRequest | null>;
  /** Null for one that is not there. */
  readPullRequest(fullName: string, number: number): Promise<PullRequest | null>;
  /** Oldest first, those on lines before those on the whole. */
  pullRequestComments(fullName: string, number: number): Promise<PullRequestComment[]>;
  /** Says something as the App: in the thread of a line, or below the whole. */
  answerComment(fullName: string, number: number, answer: { comment: string; text: string }): Promise<void>;
}

/**
 * What Dispatch does at GitHub, as its App and on behalf of people. Errors: `repository_forbidden` when GitHub refuses
 * the App, `sign_in_over` as `details.why` of `unauthenticated` when it refuses a person's token, and `internal` when
 * it does not answer; what it did answer is in the cause.
 */
export interface GitHub extends GitHubPullRequests {
  /** Where people install the App. */
  readonly installUrl: string;
  installations(): Promise<Installation[]>;
  repositoriesOf(installationId: number): Promise<HostedRepository[]>;
  /** The repository if the App is installed on it, else null. */
  find(fullName: string): Promise<HostedRepository | null>;
  /** For this one repository, to read or write its content. Errors: `repository_forbidden`. */
  mintToken(fullName: string, contents: 'read' | 'write'): Promise<RepositoryToken>;
  /** Ends a token before its time; one that is over already is no error. */
  revokeToken(token: string): Promise<void>;
  /** What the owner of the token may do with the repository; `none` too for one that is not there. */
  rightOf(userToken: string, fullName: string): Promise<RepositoryRight>;
  /** Trades a refresh token, which is good once. Errors: `unauthenticated`. */
  refreshUser(refreshToken: string): Promise<UserTokens>;
  /** Whether GitHub signed these very bytes with our secret; compared in constant time. */
  isSigned(body: string, signature: string): Promise<boolean>;
}
