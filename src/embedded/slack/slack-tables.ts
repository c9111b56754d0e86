import type { Row, Table } from '../github/emulate-internals';

/** The parts of `emulate` 0.12.2's Slack that ours touches, as far as it touches them; read off its code. */
export interface UserRow extends Row {
  readonly user_id: string;
  readonly team_id: string;
  readonly name: string;
  readonly real_name: string;
  readonly email: string;
  readonly is_admin: boolean;
  readonly is_bot: boolean;
  readonly deleted: boolean;
  readonly profile: object;
  readonly presence: string;
  readonly manual_presence: string;
  readonly connection_count: number;
}

export interface ChannelRow extends Row {
  readonly channel_id: string;
  readonly team_id: string;
  readonly name: string;
  readonly is_channel: boolean;
  readonly is_private: boolean;
  readonly is_archived: boolean;
  readonly is_im?: boolean;
  readonly topic: object;
  readonly purpose: object;
  readonly members: readonly string[];
  readonly creator: string;
  readonly num_members: number;
}

export interface MessageRow extends Row {
  readonly ts: string;
  readonly channel_id: string;
  readonly user: string;
  readonly text: string;
  readonly type: 'message';
  readonly thread_ts?: string | undefined;
  readonly blocks?: readonly object[] | undefined;
  readonly metadata?: object;
  readonly files?: readonly object[];
  readonly reply_count: number;
  readonly reply_users: readonly string[];
  readonly reactions: readonly object[];
}

export interface EphemeralRow extends MessageRow {
  readonly target_user: string;
}

interface TokenRow extends Row {
  readonly token: string;
  readonly token_type: string;
  readonly team_id: string;
  readonly user_id: string;
  readonly scopes: readonly string[];
  readonly app_id: string;
  readonly bot_id: string;
  readonly bot_user_id: string;
}

interface OAuthAppRow extends Row {
  readonly app_id: string;
  readonly client_id: string;
  readonly client_secret: string;
  readonly name: string;
  readonly redirect_uris: readonly string[];
  readonly scopes: readonly string[];
  readonly user_scopes: readonly string[];
  readonly bot_id: string;
  readonly bot_user_id: string;
  readonly bot_name: string;
}

interface TeamRow extends Row {
  readonly team_id: string;
  readonly name: string;
  readonly domain: string;
}

interface ViewRow extends Row {
  readonly user_id?: string;
  readonly type: string;
  readonly blocks: readonly object[];
}

export interface SlackTables {
  readonly users: Table<UserRow>;
  readonly channels: Table<ChannelRow>;
  readonly messages: Table<MessageRow>;
  readonly ephemeralMessages: Table<EphemeralRow>;
  readonly tokens: Table<TokenRow>;
  readonly oauthApps: Table<OAuthAppRow>;
  readonly teams: Table<TeamRow>;
  readonly views: Table<ViewRow>;
}
