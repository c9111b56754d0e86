import { threadsOf } from '@/db/slack-threads';
import { setChannelRepository } from '@/db/slack-workspaces';
import { dropSlackPerson } from '@/db/slack-people';
import type { AskedInChat, ChatRequestOf } from '@/domain/chat/chat-request';
import type { ChatSessionRow } from '@/domain/chat/thread-message';
import { AppError } from '@/domain/errors';
import { CommandId } from '@/domain/ids';
import { sessionStatus } from '@/domain/session/session-status';
import { type AuthorizedSession, authorizeSession } from '../sessions/authorize-session';
import { giveCommand } from '../sessions/give-command';
import { pageSessions } from '../sessions/list-sessions';
import { repositoriesIn } from './choose-repository';
import { offerLink } from './offer-link';
import { type SlackDeps, uuidOf } from './slack-world';
import { whisperTo } from './whisper';
import { type ChatScene, DONE, type Worked } from './chat-scene';

const NAMES = ['list', 'status', 'stop', 'open', 'link', 'unlink', 'help'] as const;
type SubCommandName = (typeof NAMES)[number] | 'use';
interface SubCommand {
  name: SubCommandName;
  rest: string;
}

const MAX_LISTED = 10;
const MAX_THREADS = 20;

/** The command that these words are; null for words that say what is to be done. */
export function subCommandOf(request: AskedInChat): SubCommand | null {
  if (request.type !== 'command') return null;
  const words = request.text.trim().split(/\s+/);
  const [first = '', second = ''] = words;
  const name = NAMES.find((known) => known === first.toLowerCase());
  if (words.length === 1 && name) return { name, rest: '' };
  if (words.length === 2 && name === 'open') return { name, rest: second };
  if (words.length === 2 && first.toLowerCase() === 'use') return { name: 'use', rest: second };
  return null;
}

/** Answers one of the commands that are about sessions; the answer is its author's alone. */
export async function runChatCommand(
  deps: SlackDeps,
  scene: ChatScene,
  request: ChatRequestOf<'command'>,
): Promise<Worked> {
  const { name, rest } = subCommandOf(request) ?? { name: 'help', rest: '' };
  const answers: Record<SubCommandName, () => Promise<string | null>> = {
    list: () => list(deps, scene, request),
    status: () => status(deps, scene, request),
    stop: () => stop(deps, scene, request),
    open: () => open(deps, scene, { request, wanted: rest }),
    use: () => use(deps, scene, { request, wanted: rest }),
    link: async () => {
      await offerLink(deps, scene.workspace, request);
      return null;
    },
    unlink: async () => {
      const { workspaceId, userId: slackUserId } = request;
      await dropSlackPerson(deps.db, { workspaceId, slackUserId });
      return 'Done: from here on nothing that you do in Slack is done as you in Dispatch.';
    },
    help: async () => {
      await whisperTo(deps, request, { type: 'help' });
      return null;
    },
  };
  const text = await answers[name]();
  if (text !== null) await whisperTo(deps, request, { type: 'text', text });
  return DONE;
}

async function list(
  deps: SlackDeps,
  { caller, workspace }: ChatScene,
  request: ChatRequestOf<'command'>,
): Promise<string | null> {
  const { sessions } = await pageSessions(deps, caller, { archived: 'without', limit: MAX_LISTED });
  const rows = sessions
    .filter(({ teamId }) => teamId === workspace.teamId)
    .slice(0, MAX_LISTED)
    .map(({ id, title, repository, status: { words } }) => ({
      ...{ sessionId: id, title, repository: repository.name, status: words },
    }));
  if (rows.length === 0)
    return 'Your team has no session. Say what should be done: /dispatch fix the login test';
  await whisperTo(deps, request, { type: 'sessions', heading: 'Sessions of your team', sessions: rows });
  return null;
}

/** The sessions of this channel that the caller may see, the newest first. */
async function sessionsHere(
  deps: SlackDeps,
  { caller }: ChatScene,
  request: ChatRequestOf<'command'>,
): Promise<AuthorizedSession[]> {
  const found: AuthorizedSession[] = [];
  for (const { sessionId } of await threadsOf(deps.db, request, MAX_THREADS)) {
    try {
      found.push(await authorizeSession(deps, { caller, sessionId, right: 'see' }));
    } catch (error) {
      // What they may not see is not among what they are shown.
      if (!(error instanceof AppError)) throw error;
    }
  }
  return found.filter(({ isArchived }) => !isArchived);
}

const NONE_HERE = 'No session of this channel is open. Start one: /dispatch fix the login test';

function rowOf({ id, title, repository, state }: AuthorizedSession): ChatSessionRow {
  return { sessionId: id, title, repository: repository.name, status: sessionStatus(state).words };
}

async function status(
  deps: SlackDeps,
  scene: ChatScene,
  request: ChatRequestOf<'command'>,
): Promise<string | null> {
  const sessions = (await sessionsHere(deps, scene, request)).slice(0, MAX_LISTED).map(rowOf);
  if (sessions.length === 0) return NONE_HERE;
  await whisperTo(deps, request, { type: 'sessions', heading: 'Sessions of this channel', sessions });
  return null;
}

async function stop(
  deps: SlackDeps,
  scene: ChatScene,
  request: ChatRequestOf<'command'>,
): Promise<string | null> {
  const sessions = await sessionsHere(deps, scene, request);
  const running = sessions.filter(({ state }) => state.running !== null);
  const [only] = running;
  if (!only?.state.running) return 'Nothing runs in the sessions of this channel.';
  if (running.length > 1) {
    await whisperTo(deps, request, {
      ...{ type: 'sessions', heading: 'Several run: stop one by the button in its thread' },
      sessions: running.map(rowOf),
    });
    return null;
  }
  const { turnId } = only.state.running;
  await giveCommand(deps, scene.caller, {
    sessionId: only.id,
    commandId: CommandId.parse(uuidOf(`stop:${turnId}:${request.userId}`)),
    command: { type: 'stop', turnId },
  });
  return `Stopping “${only.title}”.`;
}

async function open(
  deps: SlackDeps,
  scene: ChatScene,
  { request, wanted }: { request: ChatRequestOf<'command'>; wanted: string },
): Promise<string | null> {
  const sessions = await sessionsHere(deps, scene, request);
  const found = sessions.filter(({ id }) => id.startsWith(wanted.toLowerCase()));
  const [first] = found;
  if (!first) return wanted === '' ? NONE_HERE : `No session of this channel begins with ${wanted}.`;
  await whisperTo(deps, request, {
    type: 'sessions',
    heading: 'Open it on the web',
    sessions: [rowOf(first)],
  });
  return null;
}

async function use(
  deps: SlackDeps,
  scene: ChatScene,
  { request, wanted }: { request: ChatRequestOf<'command'>; wanted: string },
): Promise<string> {
  const { workspaceId, channelId } = request;
  if (wanted === 'any') {
    await setChannelRepository(deps.db, { workspaceId, channelId }, null);
    return 'This channel is about no repository in particular now.';
  }
  const known = await repositoriesIn(deps, scene);
  const name = wanted.toLowerCase();
  const found = known.filter((repository) => repository.name.toLowerCase() === name);
  const [repository] =
    found.length > 0 ? found : known.filter((one) => one.name.toLowerCase().endsWith(`/${name}`));
  if (!repository) {
    const names = known.map((one) => one.name).join(', ');
    throw new AppError('repository_not_found', `Your team has no repository ${wanted}. It has: ${names}.`);
  }
  await setChannelRepository(deps.db, { workspaceId, channelId }, repository.id);
  return `What is asked for in this channel is about ${repository.name} from now on.`;
}
