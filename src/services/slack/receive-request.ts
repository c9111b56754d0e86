import { storeRequest } from '@/db/slack-requests';
import type { NamedRequest } from '@/domain/chat/chat-request';
import type { SlackDeps } from './slack-world';
import { workOffRequests } from './work-off-requests';

/** Keeps a request of somebody in Slack before it is acknowledged; its work is done after that. */
export async function receiveRequest(deps: SlackDeps, given: NamedRequest): Promise<void> {
  await storeRequest(deps.db, given);
  // One that came before may have been cut off: its work is looked for in any case.
  deps.defer(() => workOffRequests(deps));
}
