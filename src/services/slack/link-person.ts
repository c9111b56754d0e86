import { findLink, type SlackLinkRecord, useLink } from '@/db/slack-people';
import { AppError } from '@/domain/errors';
import { hashSecret } from '../auth/secrets';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { withChat } from './slack-world';
import { workOffRequests } from './work-off-requests';

/** Whose link it is; null when it is unknown, used or too old. */
export async function findSlackLink(
  deps: Pick<Deps, 'db'>,
  code: string,
): Promise<Pick<SlackLinkRecord, 'slackName' | 'workspaceName'> | null> {
  const link = await findLink(deps.db, hashSecret(code));
  return link && { slackName: link.slackName, workspaceName: link.workspaceName };
}

/**
 * Makes the user of Slack who was shown the link act as the caller from now on, and does what they asked for before.
 * Errors: `not_found`.
 */
export async function linkPerson(deps: Deps, caller: Caller, code: string): Promise<void> {
  const used = await useLink(deps.db, hashSecret(code), caller.person.id);
  if (!used) {
    throw new AppError(
      'not_found',
      'This link is unknown, used or older than half an hour. Ask for a new one with /dispatch link.',
    );
  }
  const slack = withChat(deps);
  if (slack) deps.defer(() => workOffRequests(slack));
}
