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

/** What a person's sign-in with the App is worth; what has no end has no `expiresAt` and no `refreshToken`. */
export interface UserTokens {
  accessToken: string;
  refreshToken: string | null;
  expiresAt: Date | null;
  refreshExpiresAt: Date | null;
}
