import { findSlackPerson, heldFor } from '@/db/slack-people';
import { findThread, wakeThreads } from '@/db/slack-threads';
import { deleteWorkspace } from '@/db/slack-workspaces';
import type { AskedInChat, ChatRequestOf } from '@/domain/chat/chat-request';
import { CommandId, PromptId } from '@/domain/ids';
import { giveCommand } from '../sessions/give-command';
import { type ChatScene, DONE, type ReadRequest, type Worked } from './chat-scene';
import { actInChat } from './act-in-chat';
import { offerLink } from './offer-link';
import { openWorkspace, type SlackDeps, uuidOf } from './slack-world';
import { publishHome } from './publish-home';
import { runChatCommand, subCommandOf } from './run-chat-command';
import { startFromChat } from './start-from-chat';
import { whisperTo } from './whisper';

/**
 * Does what a request asks for; doing it again changes nothing. Errors: those of the services that it calls, worded for
 * whoever asked, and `ChatError`.
 */
export async function workOnRequest(deps: SlackDeps, taken: ReadRequest): Promise<Worked> {
  const { request } = taken;
  switch (request.type) {
    case 'uninstalled':
      await deleteWorkspace(deps.db, request.workspaceId);
      return DONE;
    case 'channel':
      await wakeThreads(deps.db, request);
      return DONE;
    case 'home':
      await publishHome(deps, request);
      return DONE;
    case 'message':
    case 'command':
    case 'action':
      return workForPerson(deps, { ...taken, request });
  }
}

async function workForPerson(deps: SlackDeps, taken: ReadRequest<AskedInChat>): Promise<Worked> {
  const { request } = taken;
  const workspace = await openWorkspace(deps, request.workspaceId);
  if (!workspace) return DONE;
  if (request.type === 'message' && !(await isForUs(deps, request))) return DONE;
  await wakeThreads(deps.db, request);
  if (isHelp(request)) {
    await whisperTo(deps, request, { type: 'help' });
    return DONE;
  }
  const who = { workspaceId: request.workspaceId, slackUserId: request.userId };
  const person = await findSlackPerson(deps.db, who);
  if (person) return workAs(deps, { workspace, caller: { person, via: 'slack' } }, taken);
  await offerLink(deps, workspace, request);
  return subCommandOf(request)?.name === 'link' ? DONE : { heldFor: heldFor(who) };
}

async function workAs(deps: SlackDeps, scene: ChatScene, taken: ReadRequest<AskedInChat>): Promise<Worked> {
  const { request } = taken;
  if (request.type === 'action') return actInChat(deps, scene, { ...taken, request });
  if (request.type === 'command' && subCommandOf(request)) return runChatCommand(deps, scene, request);
  if (request.type === 'message' && (await promptInThread(deps, scene, { ...taken, request }))) return DONE;
  return startFromChat(deps, scene, { ...taken, request });
}

function isHelp(request: AskedInChat): boolean {
  if (request.type === 'action') return false;
  return request.text.trim() === '' || subCommandOf(request)?.name === 'help';
}

/** Said to us, or in a thread of ours; anything else is talk among people. */
async function isForUs(deps: SlackDeps, request: ChatRequestOf<'message'>): Promise<boolean> {
  return request.isToUs || (await threadOfMessage(deps, request)) !== null;
}

function threadOfMessage(
  { db }: Pick<SlackDeps, 'db'>,
  { workspaceId, channelId, threadTs }: ChatRequestOf<'message'>,
): ReturnType<typeof findThread> | Promise<null> {
  return threadTs === null ? Promise.resolve(null) : findThread(db, { workspaceId, channelId, threadTs });
}

/** A reply in a session's thread is a prompt of whoever wrote it. False outside of such threads. */
async function promptInThread(
  deps: SlackDeps,
  { caller }: ChatScene,
  { id, request }: ReadRequest<ChatRequestOf<'message'>>,
): Promise<boolean> {
  const thread = await threadOfMessage(deps, request);
  if (!thread) return false;
  const promptId = PromptId.parse(uuidOf(`prompt:${id}`));
  await giveCommand(deps, caller, {
    sessionId: thread.sessionId,
    commandId: CommandId.parse(promptId),
    command: { type: 'send', promptId, text: request.text },
  });
  return true;
}
