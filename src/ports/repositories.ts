export interface RemoteRepository {
  defaultBranch: string;
  branches: string[];
}

/** Asks a git host what a repository is, before a session is opened on it. */
export interface RepositoryHost {
  /**
   * Errors: `repository_not_found`, `repository_forbidden` (it exists for others, or needs a sign-in),
   * `repository_empty`, `bad_input` for an address that is none.
   */
  describe(url: string, credentials?: { username: string; password: string }): Promise<RemoteRepository>;
}
