import { insertThread } from '@/db/slack-threads';
import { pickOf } from '@/db/slack-requests';
import type { ChatRequestOf } from '@/domain/chat/chat-request';
import { AppError } from '@/domain/errors';
import { CommandId, PromptId, SessionId } from '@/domain/ids';
import { createSession } from '../sessions/create-session';
import { chooseRepository } from './choose-repository';
import type { SlackDeps } from './slack-world';
import { uuidOf } from './slack-world';
import { tellSession } from './tell-thread';
import { whisperTo } from './whisper';
import { type ChatScene, DONE, type ReadRequest, type Worked } from './chat-scene';

type Starting = ReadRequest<ChatRequestOf<'message' | 'command'>>;

/** Opens a session in a thread for what somebody asked, once it is known on which repository. */
export async function startFromChat(deps: SlackDeps, scene: ChatScene, taken: Starting): Promise<Worked> {
  const { id, request, choice } = taken;
  const { text } = request;
  const { chosen, known } = await chooseRepository(deps, scene, request);
  const repositoryId = known.find((repository) => repository.id === choice)?.id ?? chosen;
  if (repositoryId === null) {
    if (known.length === 0) throw noRepository(deps);
    const names = known.map((repository) => ({ id: repository.id, name: repository.name }));
    await whisperTo(deps, request, { type: 'pick', requestId: id, text, known: names });
    return { heldFor: pickOf(id) };
  }
  const sessionId = SessionId.parse(uuidOf(`session:${id}`));
  await openSession(deps, scene, { name: id, sessionId, repositoryId, text });
  const threadTs = await threadFor(deps, scene, taken);
  const { channelId, workspaceId } = request;
  await insertThread(deps.db, { id: uuidOf(`thread:${id}`), workspaceId, channelId, threadTs, sessionId });
  deps.defer(() => tellSession(deps, sessionId));
  return DONE;
}

/** Opens a session; the same `name` again makes nothing new. Errors: those of `createSession`. */
export async function openSession(
  deps: SlackDeps,
  { caller }: ChatScene,
  given: { name: string; sessionId: SessionId; repositoryId: string; text: string },
): Promise<void> {
  const { name, sessionId, repositoryId, text } = given;
  await createSession(deps, caller, {
    sessionId,
    commandId: CommandId.parse(uuidOf(`create:${name}`)),
    repository: { id: repositoryId },
    prompt: { promptId: PromptId.parse(uuidOf(`prompt:${name}`)), text },
  });
}

/** Nobody but its author sees a command, so a message of ours says it, and the thread hangs from that. */
async function threadFor(
  deps: SlackDeps,
  { workspace: { token } }: ChatScene,
  { id, request, tries }: Starting,
): Promise<string> {
  if (request.type === 'message') return request.threadTs ?? request.ts;
  const { channelId, userId, text } = request;
  const place = { token, channelId, threadTs: null };
  const key = `root:${id}`;
  const found = tries > 1 ? await deps.chat.find(place, key) : null;
  return found ?? deps.chat.postRoot(place, { key, userId, text });
}

function noRepository({ config }: SlackDeps): AppError {
  return new AppError(
    'repository_not_found',
    `Your team has no repository that you may use here. Add one at ${config.appUrl}/settings/repositories and ask again.`,
  );
}
