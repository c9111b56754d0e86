import type { HostedRepository, Installation, UserTokens } from '@/domain/code-host';
import type { RepositoryRight } from '@/domain/access/repository-access';

/** A token of an installation for one repository; short-lived. */
export interface RepositoryToken {
  token: string;
  expiresAt: Date;
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
