import { randomUUID } from 'node:crypto';
import type { Deliveries, SlackDelivery } from './deliveries';
import { BOT, WORKSPACE } from './seed';
import type { MessageRow, SlackTables, UserRow } from './slack-tables';
import type { ResponseUrls } from './response-urls';

/** What the hands of people need. */
export interface HumanWorld {
  readonly tables: SlackTables;
  readonly deliveries: Deliveries;
  readonly responses: ResponseUrls;
  /** A new name for a message, later than all before. */
  nextTs(): string;
}

/** What somebody writes in a channel or a thread. */
export interface Writing {
  user: string;
  channel: string;
  text: string;
  threadTs?: string | undefined;
}

/** What somebody presses or chooses in a message. */
export interface Pressing {
  user: string;
  channel: string;
  ts: string;
  actionId: string;
  blockId?: string | undefined;
  value?: string | undefined;
  /** The value of the option that was chosen in a select. */
  selected?: string | undefined;
  /** What the fields of the message hold: by block and element. */
  state?: Record<string, Record<string, object>> | undefined;
}

function userOf({ tables }: HumanWorld, name: string): UserRow {
  const user = tables.users.all().find((row) => row.name === name || row.user_id === name);
  if (!user) throw new Error(`There is no ${name} in this workspace.`);
  return user;
}

function channelOf({ tables }: HumanWorld, name: string): string {
  const channel = tables.channels.all().find((row) => row.name === name || row.channel_id === name);
  if (!channel) throw new Error(`There is no channel ${name}.`);
  return channel.channel_id;
}

function envelope(event: object): object {
  return {
    ...{ token: 'verification', team_id: WORKSPACE.id, api_app_id: BOT.appId, type: 'event_callback' },
    event_id: `Ev${randomUUID().replaceAll('-', '').slice(0, 10).toUpperCase()}`,
    event_time: Math.floor(Date.now() / 1_000),
    authorizations: [{ enterprise_id: null, team_id: WORKSPACE.id, user_id: BOT.userId, is_bot: true }],
    event,
  };
}

/** Tells the app of something that happened. */
export function announce(world: HumanWorld, event: object): Promise<SlackDelivery> {
  return world.deliveries.event(envelope(event));
}

/** As a client sends it: entities escaped, the app's name a mention. */
function encode(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped.replaceAll(/@dispatch\b/gi, `<@${BOT.userId}>`);
}

/** Writes a message as somebody; a mention is told twice, as Slack does. `told` is done when the app took both. */
export function write(world: HumanWorld, given: Writing): { ts: string; told: Promise<unknown> } {
  const { tables } = world;
  const { user_id: user } = userOf(world, given.user);
  const channel = channelOf(world, given.channel);
  const text = encode(given.text);
  const ts = world.nextTs();
  const { threadTs } = given;
  tables.messages.insert({
    ...{ ts, channel_id: channel, user, text, type: 'message', thread_ts: threadTs },
    ...{ reply_count: 0, reply_users: [], reactions: [] },
  });
  if (threadTs !== undefined) countReply(tables, { channel, threadTs, user });
  const isDirect = tables.channels.findOneBy('channel_id', channel)?.is_im === true;
  const said = {
    user,
    text,
    ts,
    team: WORKSPACE.id,
    channel,
    event_ts: ts,
    ...(threadTs && { thread_ts: threadTs }),
  };
  const events: object[] = [{ type: 'message', channel_type: isDirect ? 'im' : 'channel', ...said }];
  if (text.includes(`<@${BOT.userId}>`)) events.unshift({ type: 'app_mention', ...said });
  return { ts, told: Promise.all(events.map((event) => announce(world, event))) };
}

function countReply(
  tables: SlackTables,
  { channel, threadTs, user }: { channel: string; threadTs: string; user: string },
): void {
  const parent = tables.messages.findBy('channel_id', channel).find(({ ts }) => ts === threadTs);
  if (!parent) return;
  const reply_users = [...new Set([...parent.reply_users, user])];
  tables.messages.update(parent.id, { reply_count: parent.reply_count + 1, reply_users });
}

function triggerId(): string {
  return `${Date.now()}.${WORKSPACE.id}.${randomUUID().replaceAll('-', '')}`;
}

/** Gives a slash command as somebody. */
export function command(world: HumanWorld, given: Writing): Promise<SlackDelivery> {
  const { user_id, name } = userOf(world, given.user);
  const channel_id = channelOf(world, given.channel);
  return world.deliveries.once('command', {
    ...{ token: 'verification', team_id: WORKSPACE.id, team_domain: WORKSPACE.domain, channel_id, user_id },
    ...{ channel_name: given.channel, user_name: name, command: '/dispatch', api_app_id: BOT.appId },
    text: encode(given.text),
    response_url: world.responses.make({ channel: channel_id, user: user_id, ts: null }),
    trigger_id: triggerId(),
  });
}

function shownMessage(world: HumanWorld, ts: string): MessageRow {
  const { tables } = world;
  const found = [...tables.messages.all(), ...tables.ephemeralMessages.all()].find((row) => row.ts === ts);
  if (!found) throw new Error(`There is no message ${ts}.`);
  return found;
}

function pressedBy(world: HumanWorld, given: Pressing) {
  const user = userOf(world, given.user);
  const message = shownMessage(world, given.ts);
  const isEphemeral = world.tables.ephemeralMessages.all().some(({ ts }) => ts === given.ts);
  const container = {
    ...{ type: 'message', message_ts: message.ts, channel_id: message.channel_id, is_ephemeral: isEphemeral },
    ...(message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts }),
  };
  return {
    team: { id: WORKSPACE.id, domain: WORKSPACE.domain },
    user: { id: user.user_id, username: user.name, name: user.name, team_id: WORKSPACE.id },
    ...{ api_app_id: BOT.appId, token: 'verification', container },
    channel: { id: message.channel_id, name: given.channel },
  };
}

/** Presses a button or chooses an option as somebody. */
export function press(world: HumanWorld, given: Pressing): Promise<SlackDelivery> {
  const by = pressedBy(world, given);
  const chosen = given.selected;
  const option = { text: { type: 'plain_text', text: chosen }, value: chosen };
  const element = {
    ...{ action_id: given.actionId, block_id: given.blockId ?? 'b1', action_ts: world.nextTs() },
    ...(chosen === undefined
      ? { type: 'button', value: given.value }
      : { type: 'external_select', selected_option: option }),
  };
  const response_url = world.responses.make({ channel: by.channel.id, user: by.user.id, ts: given.ts });
  const payload = {
    ...{ type: 'block_actions', ...by, trigger_id: triggerId(), response_url },
    state: { values: given.state ?? {} },
    actions: [element],
  };
  return world.deliveries.once('action', { payload: JSON.stringify(payload) });
}

/** Types into a searchable select; answers what the app offers. */
export function typeInto(world: HumanWorld, given: Pressing): Promise<SlackDelivery> {
  const by = pressedBy(world, given);
  const payload = {
    ...{ type: 'block_suggestion', ...by },
    ...{ action_id: given.actionId, block_id: given.blockId ?? 'b1', value: given.value ?? '' },
  };
  return world.deliveries.once('options', { payload: JSON.stringify(payload) });
}
