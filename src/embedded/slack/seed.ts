import type { SlackTables } from './slack-tables';

/** The workspace of the emulated Slack, and the app in it. */
export const WORKSPACE = { id: 'T0ACME', name: 'Acme', domain: 'acme' } as const;
export const BOT = {
  appId: 'A0DISPATCH',
  botId: 'B0DISPATCH',
  userId: 'U0DISPATCH',
  name: 'dispatch',
} as const;
export const CLIENT_ID = '1000.2000';

/** The people of the one-machine stack under the names that they sign in with, and somebody whom nobody knows. */
const PEOPLE = [
  { id: 'U0ADA', name: 'ada', realName: 'Ada Lovelace' },
  { id: 'U0BEN', name: 'ben', realName: 'Ben Okri' },
  { id: 'U0CAROL', name: 'carol', realName: 'Carol Diaz' },
];

const CHANNELS = [
  { id: 'C0ENG', name: 'eng' },
  { id: 'C0GENERAL', name: 'general' },
];

export interface SlackRegistration {
  /** Where the app is reached. */
  readonly appUrl: string;
  readonly clientSecret: string;
  /** The app is installed with this one already; null for a workspace that did not install it. */
  readonly botToken: string | null;
}

/** Makes the workspace: emulate's own people and channels would stand among ours. */
export function seedWorkspace(tables: SlackTables): void {
  for (const table of [tables.users, tables.channels, tables.teams] as const)
    for (const { id } of table.all()) table.delete(id);
  tables.teams.insert({ team_id: WORKSPACE.id, name: WORKSPACE.name, domain: WORKSPACE.domain });
  for (const { id, name, realName } of PEOPLE) addUser(tables, { id, name, realName, isBot: false });
  addUser(tables, { id: BOT.userId, name: BOT.name, realName: 'Dispatch', isBot: true });
  for (const { id, name } of CHANNELS) addChannel(tables, { id, name });
}

export function addUser(
  tables: SlackTables,
  { id, name, realName, isBot = false }: { id: string; name: string; realName: string; isBot?: boolean },
): void {
  const email = `${name}@acme.test`;
  const names = { display_name: name, real_name: realName, real_name_normalized: realName };
  tables.users.insert({
    ...{ user_id: id, team_id: WORKSPACE.id, name, real_name: realName, email, is_admin: name === 'ada' },
    ...{ is_bot: isBot, deleted: false, presence: 'active', manual_presence: 'auto', connection_count: 1 },
    profile: { ...names, display_name_normalized: name, email, image_48: '', image_192: '' },
  });
  for (const channel of tables.channels.all()) {
    if (!channel.is_im) tables.channels.update(channel.id, { members: [...channel.members, id] });
  }
}

function addChannel(tables: SlackTables, { id, name }: { id: string; name: string }): void {
  const members = tables.users.all().map(({ user_id }) => user_id);
  const about = { value: '', creator: 'U0ADA', last_set: 0 };
  tables.channels.insert({
    ...{
      channel_id: id,
      team_id: WORKSPACE.id,
      name,
      is_channel: true,
      is_private: false,
      is_archived: false,
    },
    ...{ topic: about, purpose: about, members, creator: 'U0ADA', num_members: members.length },
  });
}

/** The ports of the stack may differ from start to start, so the app is registered anew. */
export function registerApp(
  tables: SlackTables,
  { appUrl, clientSecret, botToken }: SlackRegistration,
): void {
  for (const { id } of tables.oauthApps.all()) tables.oauthApps.delete(id);
  tables.oauthApps.insert({
    ...{ app_id: BOT.appId, client_id: CLIENT_ID, client_secret: clientSecret, name: 'Dispatch' },
    ...{ redirect_uris: [`${appUrl}/api/slack/oauth`], scopes: ['chat:write'], user_scopes: [] },
    ...{ bot_id: BOT.botId, bot_user_id: BOT.userId, bot_name: BOT.name },
  });
  if (botToken === null || tables.tokens.findOneBy('token', botToken)) return;
  tables.tokens.insert({
    ...{
      token: botToken,
      token_type: 'bot',
      team_id: WORKSPACE.id,
      user_id: BOT.userId,
      scopes: ['chat:write'],
    },
    ...{ app_id: BOT.appId, bot_id: BOT.botId, bot_user_id: BOT.userId },
  });
}
