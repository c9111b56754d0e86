import type { AskedInChat } from '@/domain/chat/chat-request';
import type { Whisper } from '@/domain/chat/thread-message';
import { openWorkspace, type SlackDeps } from './slack-world';

/** Answers somebody so that nobody else sees it. Rejects with the chat's `ChatError`. */
export async function whisperTo(deps: SlackDeps, request: AskedInChat, whisper: Whisper): Promise<void> {
  const workspace = await openWorkspace(deps, request.workspaceId);
  if (!workspace) return;
  const { channelId, userId } = request;
  const threadTs = request.type === 'command' ? null : request.threadTs;
  const responseUrl = request.type === 'message' ? null : request.responseUrl;
  await deps.chat.whisper({ token: workspace.token, channelId, userId, threadTs, responseUrl }, whisper);
}
