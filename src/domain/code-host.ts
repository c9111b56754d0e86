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

/** What the newest run of each check and the newest review of each person say. */
export interface PullRequestHealth {
  checks: { failed: number; running: number; passed: number };
  approvedBy: string[];
  changesWantedBy: string[];
}

/** A pull request as the code host has it now. */
export interface PullRequest {
  number: number;
  url: string;
  title: string;
  state: 'open' | 'closed' | 'merged';
  isDraft: boolean;
  headSha: string;
  baseBranch: string;
  health: PullRequestHealth;
}

/** One that was opened just now. */
export const UNCHECKED: PullRequestHealth = {
  checks: { failed: 0, running: 0, passed: 0 },
  approvedBy: [],
  changesWantedBy: [],
};

const MAX_TITLE = 1_000;

/** `#3 Fix the login (open, 2 checks failed, approved by ben)`: all that there is to know of it in a line. */
export function pullRequestTitle({ number, title, state, isDraft, health }: PullRequest): string {
  const { checks, approvedBy, changesWantedBy } = health;
  const words = [isDraft && state === 'open' ? 'draft' : state];
  if (state === 'open') {
    if (checks.failed > 0) words.push(`${checks.failed} ${checks.failed === 1 ? 'check' : 'checks'} failed`);
    else if (checks.running > 0) words.push('checks run');
    else if (checks.passed > 0) words.push('checks passed');
    if (changesWantedBy.length > 0) words.push(`changes wanted by ${changesWantedBy.join(', ')}`);
    if (approvedBy.length > 0) words.push(`approved by ${approvedBy.join(', ')}`);
  }
  return `#${number} ${title.slice(0, MAX_TITLE)} (${words.join(', ').slice(0, MAX_TITLE - 100)})`;
}
