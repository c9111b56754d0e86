export type WorkspaceErrorCode =
  | 'repository_not_found'
  | 'repository_refused'
  | 'repository_empty'
  | 'repository_unreachable'
  | 'branch_missing'
  | 'address_refused'
  | 'work_not_restored'
  | 'disk_full'
  | 'git_failed';

/** Something about the repository that a person can read; `detail` is what git said, for a log. */
export class WorkspaceError extends Error {
  readonly code: WorkspaceErrorCode;
  readonly detail: string;

  constructor(code: WorkspaceErrorCode, message: string, detail: string) {
    super(message);
    this.name = 'WorkspaceError';
    this.code = code;
    this.detail = detail;
  }
}
