import type { RepositoryRight } from '@/domain/access/repository-access';

/** Where the App is installed: on an organization or a person's account. */
export interface Installation {
  id: number;
  account: string;
  isSuspended: boolean;
}

/** A repository that an installation was given, by its full name such as `acme/web`. */
export interface HostedRepository {
  fullName: string;
  isPrivate: boolean;
  defaultBranch: string;
}

/** A token of an installation for one repository; short-lived. */
export interface RepositoryToken {
  token: string;
  expiresAt: Date;
}

/** What a person's sign-in with the App is worth; what has no end has no `expiresAt` and no `refreshToken`. */
export interface UserTokens {
  accessToken: string;
  refreshToken: string | null;
  expiresAt: Date | null;
  refreshExpiresAt: Date | null;
}

/**
 * What Dispatch does at GitHub, as its App and on behalf of people. Errors: `repository_forbidden` when GitHub refuses
 * the App, `sign_in_over` as `details.why` of `unauthenticated` when it refuses a person's token, and `internal` when
 * it does not answer; what it did answer is in the cause.
 */
export interface GitHub {
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
