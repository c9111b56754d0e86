import type { WebClient } from '@slack/web-api';
import { ChatError } from '@/domain/chat/chat-error';
import type { Chat, ChatPlace, InstalledWorkspace, OutgoingMessage } from '@/ports/chat';
import { chatErrorOf } from './chat-error-of';
import { findByKey } from './find-by-key';
import { bold, section } from './render/blocks';
import { renderMessage, type Rendered } from './render/message-blocks';
import { escapeMrkdwn } from './render/mrkdwn';
import { renderWhisper } from './render/whisper-blocks';
import { answerPrivately } from './whisper';
import { uploadFile } from './upload-file';

export interface SlackApp {
  clientId: string;
  clientSecret: string;
  /** Where Slack is, without a slash at the end. */
  url: string;
  /** The app as people reach it. */
  appUrl: string;
}

/** What the app asks of a workspace; docs/slack.md says what for. */
const BOT_SCOPES = [
  ...['app_mentions:read', 'channels:history', 'channels:read', 'chat:write', 'commands', 'files:write'],
  ...['groups:history', 'groups:read', 'im:history', 'im:read', 'im:write', 'users:read'],
];
const TIMEOUT_MS = 10_000;
const EVENT_TYPE = 'dispatch_message';

export type ConnectSlack = (token?: string) => Promise<WebClient>;

/** Slack by its own SDK, which is loaded at the first call. Nothing is retried here: rows say what is to be done. */
export function createChat(app: SlackApp): Chat {
  const connect: ConnectSlack = async (token) => {
    const { WebClient: Client } = await import('@slack/web-api');
    return new Client(token, {
      slackApiUrl: `${app.url}/api/`,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      allowAbsoluteUrls: false,
      timeout: TIMEOUT_MS,
    });
  };
  const { appUrl } = app;
  return {
    ...threadCalls(connect, appUrl),
    ...installCalls(connect, app),
    whisper: (place, whisper) =>
      guarded(() => answerPrivately(connect, place, renderWhisper(whisper, appUrl))),
    publishHome: ({ token, userId }, home) =>
      guarded(async () => {
        const client = await connect(token);
        const { blocks } = sent(renderWhisper(home, appUrl));
        await client.views.publish({ user_id: userId, view: { type: 'home', blocks } });
      }),
    nameOf: (token, userId) => guarded(async () => nameOf(await connect(token), userId)),
  };
}

type ThreadCalls = Pick<Chat, 'post' | 'update' | 'find' | 'postRoot' | 'upload'>;

/** What is done in channels and threads. */
function threadCalls(connect: ConnectSlack, appUrl: string): ThreadCalls {
  const render = ({ message, sessionId }: OutgoingMessage) => renderMessage(message, { sessionId, appUrl });
  const post = async (place: ChatPlace, rendered: Rendered, key: string): Promise<string> => {
    const client = await connect(place.token);
    const at = {
      channel: place.channelId,
      ...(place.threadTs === null ? {} : { thread_ts: place.threadTs }),
    };
    const { ts } = await client.chat.postMessage({ ...at, ...sent(rendered), metadata: metadata(key) });
    if (ts === undefined) throw new ChatError('away', 'Slack did not say how it names the message.');
    return ts;
  };
  return {
    post: (place, outgoing) => guarded(() => post(place, render(outgoing), outgoing.message.key)),
    update: (place, ts, outgoing) =>
      guarded(async () => {
        const client = await connect(place.token);
        await client.chat.update({ channel: place.channelId, ts, ...sent(render(outgoing)) });
      }),
    find: (place, key) => guarded(async () => findByKey(await connect(place.token), place, key)),
    postRoot: (place, { key, userId, text }) =>
      guarded(async () => {
        const name = await nameOf(await connect(place.token), userId);
        const asked = escapeMrkdwn(text.slice(0, 2_500).toWellFormed());
        const words = `:speech_balloon: ${bold(name)} asked: ${asked}`;
        return post(place, { text: words, blocks: [section(words)] }, key);
      }),
    upload: (place, file) => guarded(async () => uploadFile(await connect(place.token), place, file)),
  };
}

/** How the app gets into a workspace. */
function installCalls(connect: ConnectSlack, app: SlackApp): Pick<Chat, 'installUrl' | 'install'> {
  return {
    installUrl: ({ state, returnTo }) => {
      const url = new URL(`${app.url}/oauth/v2/authorize`);
      const query = { client_id: app.clientId, scope: BOT_SCOPES.join(','), redirect_uri: returnTo, state };
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      return url.href;
    },
    install: ({ code, returnTo }) =>
      guarded(async () => {
        const client = await connect();
        const answer = await client.oauth.v2.access({
          ...{ client_id: app.clientId, client_secret: app.clientSecret, code, redirect_uri: returnTo },
        });
        return installedOf(answer);
      }),
  };
}

function metadata(key: string) {
  return { event_type: EVENT_TYPE, event_payload: { key } };
}

/** The SDK's types of blocks know nothing of JSON that is made by hand; Slack itself checks it. */
function sent({ text, blocks }: Rendered) {
  return {
    ...{ text, unfurl_links: false, unfurl_media: false },
    blocks: blocks as never[], // as in the comment above
  };
}

async function nameOf(client: WebClient, userId: string): Promise<string> {
  const { user } = await client.users.info({ user: userId });
  return user?.profile?.display_name || user?.real_name || user?.name || userId;
}

function installedOf(answer: {
  team?: { id?: string; name?: string };
  bot_user_id?: string;
  access_token?: string;
}): InstalledWorkspace {
  const { team, bot_user_id: botUserId, access_token: botToken } = answer;
  if (team?.id === undefined || botUserId === undefined || botToken === undefined) {
    throw new ChatError('refused', 'Slack gave no token for one workspace. Install the app in a workspace.');
  }
  return { workspaceId: team.id, name: team.name ?? team.id, botUserId, botToken };
}

async function guarded<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw chatErrorOf(error);
  }
}
