import { App, LogLevel } from '@slack/bolt';
import type { NamedRequest } from '@/domain/chat/chat-request';
import { NextReceiver } from './next-receiver';
import { ACTION, options } from './render/blocks';
import { readAction, readCommand, readMessage, readNews } from './read-request';

/** What is done with what comes in: kept before it is acknowledged. */
export interface SlackInbox {
  take(named: NamedRequest): Promise<void>;
  /** Repositories that fit what somebody types into a select. */
  suggest(who: {
    workspaceId: string;
    userId: string;
    search: string;
  }): Promise<{ id: string; name: string }[]>;
}

const OURS = new RegExp(`^${ACTION}`);

/** Bolt over our own receiver. It reads and acknowledges; the work is the inbox's. */
export function createSlackReceiver(signingSecret: string, inbox: SlackInbox): NextReceiver {
  const receiver = new NextReceiver(signingSecret);
  const app = new App({
    receiver,
    // Tokens are in rows, and nothing here calls Slack.
    authorize: () => Promise.resolve({}),
    ignoreSelf: false,
    logLevel: LogLevel.ERROR,
  });
  const take = async (named: NamedRequest | null): Promise<void> => {
    if (named) await inbox.take(named);
  };
  app.command('/dispatch', async ({ body, ack }) => {
    await take(readCommand(body));
    await ack();
  });
  app.event('message', ({ body, event }) => take(readMessage(body, event)));
  app.event('app_mention', ({ body, event }) => take(readMessage(body, event)));
  for (const name of ['channel_unarchive', 'group_unarchive'] as const)
    app.event(name, ({ body, event }) => take(readNews(body, event, 'channel')));
  app.event('app_uninstalled', ({ body, event }) => take(readNews(body, event, 'uninstalled')));
  app.event('app_home_opened', ({ body, event }) => take(readNews(body, event, 'home')));
  app.action(OURS, async ({ body, action, ack }) => {
    await take(readAction(body, action));
    await ack();
  });
  app.options(OURS, async ({ body, ack }) => {
    const found = await inbox.suggest({
      workspaceId: body.team?.id ?? '',
      userId: body.user.id,
      search: body.value,
    });
    // The SDK's type of an option is narrower than what a select takes.
    await ack({ options: options(found.map(({ id, name }) => ({ text: name, value: id }))) as never[] });
  });
  return receiver;
}
