import { findSlackPerson } from '@/db/slack-people';
import type { ChatRequestOf } from '@/domain/chat/chat-request';
import { pageSessions } from '../sessions/list-sessions';
import { openWorkspace, type SlackDeps } from './slack-world';

const MAX_LISTED = 15;

/** Fills the page that the app has in Slack for each person: their team's sessions, or how to begin. */
export async function publishHome(deps: SlackDeps, request: ChatRequestOf<'home'>): Promise<void> {
  const { workspaceId, userId } = request;
  const workspace = await openWorkspace(deps, workspaceId);
  if (!workspace) return;
  const place = { token: workspace.token, userId };
  const person = await findSlackPerson(deps.db, { workspaceId, slackUserId: userId });
  if (!person) {
    await deps.chat.publishHome(place, { type: 'help' });
    return;
  }
  const page = await pageSessions(deps, { person, via: 'slack' }, { archived: 'without', limit: MAX_LISTED });
  const sessions = page.sessions
    .filter(({ teamId }) => teamId === workspace.teamId)
    .slice(0, MAX_LISTED)
    .map(({ id, title, repository, status }) => ({
      ...{ sessionId: id, title, repository: repository.name, status: status.words },
    }));
  await deps.chat.publishHome(place, { type: 'sessions', heading: 'Sessions of your team', sessions });
}
