import { z } from 'zod';
import { eventsOfKinds } from '@/db/events';
import { chooseFor, findRequest } from '@/db/slack-requests';
import { findThreadOfSession } from '@/db/slack-threads';
import { answerFrom } from '@/domain/chat/answer-from';
import type { ChatRequestOf } from '@/domain/chat/chat-request';
import { AppError } from '@/domain/errors';
import { AskId, CommandId, PromptId, SessionId, TurnId } from '@/domain/ids';
import { giveCommand } from '../sessions/give-command';
import { authorizeSession } from '../sessions/authorize-session';
import { changeRepository } from './change-repository';
import { openPullRequest } from './open-pull-request';
import { type SlackDeps, uuidOf } from './slack-world';
import { tellSession } from './tell-thread';
import { type ChatScene, DONE, type ReadRequest, type Worked } from './chat-scene';
import { whisperTo } from './whisper';

type Acting = ReadRequest<ChatRequestOf<'action'>>;

/** Asks that are looked back at. */
const MAX_ASKS = 200;

const OfSession = z.object({ s: SessionId });
const Stop = OfSession.extend({ t: TurnId });
const Retry = OfSession.extend({ p: PromptId });
const Answer = OfSession.extend({ a: AskId, r: z.string() });

type Act = (deps: SlackDeps, scene: ChatScene, acting: Acting) => Promise<void>;

/** What the buttons and selects of our messages do, by the name of each. */
const ACTS: Readonly<Record<string, Act>> = {
  stop: async (deps, { caller }, { id, request }) => {
    const { s: sessionId, t: turnId } = Stop.parse(JSON.parse(request.value));
    await giveCommand(deps, caller, {
      sessionId,
      commandId: commandIdOf(id),
      command: { type: 'stop', turnId },
    });
  },
  retry: async (deps, { caller }, { id, request }) => {
    const { s: sessionId, p: promptId } = Retry.parse(JSON.parse(request.value));
    await giveCommand(deps, caller, {
      sessionId,
      commandId: commandIdOf(id),
      command: { type: 'retry', promptId },
    });
  },
  answer: async (deps, scene, acting) => {
    const { s: sessionId, a: askId, r: reply } = Answer.parse(JSON.parse(acting.request.value));
    await answer(deps, scene, { acting, sessionId, askId, reply });
  },
  pick: async (deps, scene, { request }) => {
    const [repositoryId] = Object.values(request.fields).flat();
    const requested = await findRequest(deps.db, request.value);
    const isTheirs = requested !== null && 'userId' in requested && requested.userId === request.userId;
    if (repositoryId === undefined || !isTheirs || requested.workspaceId !== scene.workspace.id) return;
    const chosen = await chooseFor(deps.db, {
      id: request.value,
      repositoryId: z.uuid().parse(repositoryId),
    });
    // It is worked on next: whoever works on this one goes on until nothing is due.
    if (!chosen) await whisperTo(deps, request, { type: 'text', text: 'That was chosen already.' });
  },
  change: async (deps, scene, { id, request, tries }) => {
    const { s: sessionId } = OfSession.parse(JSON.parse(request.value));
    const [repositoryId] = Object.values(request.fields).flat();
    if (repositoryId === undefined) return;
    await changeRepository(deps, scene, {
      name: id,
      sessionId,
      repositoryId: z.uuid().parse(repositoryId),
      isAgain: tries > 1,
    });
  },
  'pull-request': async (deps, scene, { request }) => {
    const { s: sessionId } = OfSession.parse(JSON.parse(request.value));
    const text = await openPullRequest(deps, scene, sessionId);
    await whisperTo(deps, request, { type: 'text', text });
  },
};

/** Does what a button of ours is for, as whoever pressed it. Errors: those of the session, worded for them. */
export async function actInChat(deps: SlackDeps, scene: ChatScene, acting: Acting): Promise<Worked> {
  const act = ACTS[acting.request.action];
  if (!act)
    throw new AppError(
      'bad_input',
      'This button is of another version of Dispatch. Use the session on the web.',
    );
  try {
    await act(deps, scene, acting);
  } catch (error) {
    await showAsItIs(deps, acting);
    if (error instanceof z.ZodError || error instanceof SyntaxError) {
      throw new AppError(
        'bad_input',
        'This button is of another version of Dispatch. Use the session on the web.',
        { cause: error },
      );
    }
    throw error;
  }
  return DONE;
}

function commandIdOf(requestId: string): CommandId {
  return CommandId.parse(uuidOf(`command:${requestId}`));
}

/** Whoever was refused sees a card that was true before: the thread is looked after. */
async function showAsItIs(deps: SlackDeps, { request }: Acting): Promise<void> {
  const sessionId = OfSession.safeParse(safeJson(request.value)).data?.s;
  if (sessionId && (await findThreadOfSession(deps.db, sessionId)))
    deps.defer(() => tellSession(deps, sessionId));
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A value that is no JSON belongs to no session.
    return null;
  }
}

async function answer(
  deps: SlackDeps,
  { caller }: ChatScene,
  given: { acting: Acting; sessionId: SessionId; askId: AskId; reply: string },
): Promise<void> {
  const { acting, sessionId, askId, reply } = given;
  await authorizeSession(deps, { caller, sessionId, right: 'prompt' });
  const asked = await eventsOfKinds(deps.db, sessionId, { kinds: ['ask.opened'], limit: MAX_ASKS });
  const ask = asked
    .flatMap(({ event }) => (event.kind === 'ask.opened' && event.askId === askId ? [event.ask] : []))
    .at(-1);
  const answered = ask ? answerFrom(ask, reply, acting.request.fields) : null;
  if (!answered) throw new AppError('bad_input', 'Choose an answer first.');
  await giveCommand(deps, caller, {
    ...{ sessionId, commandId: commandIdOf(acting.id) },
    command: {
      ...{ type: 'answer', askId, answer: answered },
      promptId: PromptId.parse(uuidOf(`prompt:${acting.id}`)),
    },
  });
}
