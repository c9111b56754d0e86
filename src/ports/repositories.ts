export interface RemoteRepository {
  defaultBranch: string;
  branches: string[];
  /** Of the default branch, where the host says it. */
  headCommit?: string;
}

/** What a host says of a file: its text, cut where it is long, or why there is none to show. */
export type FileAtHead =
  { kind: 'text'; text: string; isCut: boolean } | { kind: 'none' } | { kind: 'unreadable'; why: string };

/** Asks a git host what a repository is, before a session is opened on it and for its settings. */
export interface RepositoryHost {
  /**
   * Errors: `repository_not_found`, `repository_forbidden` (it exists for others, or needs a sign-in),
   * `repository_empty`, `bad_input` for an address that is none.
   */
  describe(url: string, credentials?: { username: string; password: string }): Promise<RemoteRepository>;
  /**
   * A file at the head of a branch, without cloning; `unreadable` where the host gives none without. Errors are those
   * of `describe`.
   */
  readFile(
    url: string,
    at: { branch: string; file: string },
    credentials?: { username: string; password: string },
  ): Promise<FileAtHead>;
}
