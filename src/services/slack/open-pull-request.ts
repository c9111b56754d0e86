import type { SessionId } from '@/domain/ids';
import { authorizeSession } from '../sessions/authorize-session';
import type { SlackDeps } from './slack-world';
import type { ChatScene } from './chat-scene';

/** What somebody is answered who wants the pull request: the session's page, where it is opened as themselves. */
export async function openPullRequest(
  deps: SlackDeps,
  { caller }: ChatScene,
  sessionId: SessionId,
): Promise<string> {
  const { branch } = await authorizeSession(deps, { caller, sessionId, right: 'prompt' });
  return `The work is on ${branch}. Look at it and open the pull request here: ${deps.config.appUrl}/s/${sessionId}`;
}
