import { randomBytes } from 'node:crypto';
import { insertLink } from '@/db/slack-people';
import type { AskedInChat } from '@/domain/chat/chat-request';
import { hashSecret } from '../auth/secrets';
import type { OpenWorkspace, SlackDeps } from './slack-world';
import { whisperTo } from './whisper';

const LIFE_SECONDS = 30 * 60;

/** Shows somebody a link by which they say who they are here. Only they see it, so it proves that they came from there. */
export async function offerLink(
  deps: SlackDeps,
  workspace: OpenWorkspace,
  request: AskedInChat,
): Promise<void> {
  const secret = randomBytes(24).toString('base64url');
  const { workspaceId, userId: slackUserId } = request;
  const slackName = await deps.chat.nameOf(workspace.token, slackUserId);
  await insertLink(deps.db, {
    ...{ hash: hashSecret(secret), workspaceId, slackUserId, slackName, lifeSeconds: LIFE_SECONDS },
  });
  const url = `${deps.config.appUrl}/slack/link?code=${secret}`;
  const waits = !(request.type === 'command' && request.text.trim() === 'link');
  await whisperTo(deps, request, { type: 'link', url, waits });
}
