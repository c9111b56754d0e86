import type { Reason } from '@/domain/events/session-event';
import type { GitResult } from './safe-git';

type Said = Pick<GitResult, 'stderr' | 'isTimedOut'>;

/** What git or GitHub says, as the first that fits, and what a person makes of it. */
const KNOWN: readonly [RegExp, string, string][] = [
  [
    /could not be started/,
    'no_git',
    'The server has no git to push with. Whoever runs Dispatch has to install it.',
  ],
  [
    /GH006|protected branch/i,
    'branch_protected',
    'GitHub protects this branch against pushes. Let Dispatch’s App bypass the rule, or exclude dispatch/* from it, and push again.',
  ],
  [
    /GH013|repository rule|push protection/i,
    'push_refused_by_rules',
    'A rule of the repository refuses the push, such as one against secrets or against unsigned commits. GitHub’s page of the repository’s rules says which; ask for a change that obeys it, and push again.',
  ],
  [
    /stale info|fetch first|non-fast-forward|cannot lock ref/i,
    'branch_moved',
    'The branch was changed at GitHub at the same moment. Nothing there was overwritten; push again.',
  ],
  [
    /pre-receive hook declined|hook declined/i,
    'push_declined',
    'A check of the repository’s own declined the push. Ask the repository’s owner what it wants.',
  ],
  [
    /rate limit|error: 429/i,
    'rate_limited',
    'GitHub takes no more from us for now. Push again in some minutes.',
  ],
  [
    /error: 401|could not read Username|Authentication failed|error: 403|Permission to .* denied|write access .* not granted/i,
    'app_may_not_write',
    'Dispatch’s GitHub App may not write to this repository any more. Ask its owner to give the App “Contents: write”, and push again.',
  ],
  [
    /error: 404|repository .*not found/i,
    'repository_gone',
    'GitHub has no such repository for Dispatch’s App: it was deleted, moved, or taken from the App. Give it to the App again, and push again.',
  ],
  [
    /error: 5\d\d|Could not resolve|Failed to connect|Connection (refused|reset)|Empty reply|hung up/i,
    'github_unavailable',
    'GitHub does not answer as it should. The work is kept; push again in some minutes.',
  ],
];

/** Why a push came to nothing. What git said goes along where we know no better words. */
export function explainPush({ stderr, isTimedOut }: Said): Reason {
  if (isTimedOut) {
    return {
      code: 'push_timed_out',
      message: 'GitHub took too long. The work is kept; push again in some minutes.',
    };
  }
  const known = KNOWN.find(([pattern]) => pattern.test(stderr));
  if (known) return { code: known[1], message: known[2] };
  const said = stderr.trim().split('\n').slice(-3).join(' ').slice(0, 500);
  return { code: 'push_failed', message: `Git could not push it: ${said}. The work is kept; push again.` };
}
