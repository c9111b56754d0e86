import { z } from 'zod';
import { ChatRequest, type NamedRequest } from '@/domain/chat/chat-request';
import { ACTION } from './render/blocks';
import { readText } from './read-text';

const Envelope = z.object({
  event_id: z.string(),
  team_id: z.string(),
  authorizations: z.array(z.object({ user_id: z.string() })).optional(),
});

const Message = z.object({
  type: z.enum(['message', 'app_mention']),
  subtype: z.string().optional(),
  bot_id: z.string().optional(),
  user: z.string(),
  text: z.string(),
  ts: z.string(),
  thread_ts: z.string().optional(),
  channel: z.string(),
  channel_type: z.string().optional(),
  files: z.array(z.object({ name: z.string().nullish(), title: z.string().nullish() })).optional(),
});

/** What people write; edits, joins and the like are other subtypes. */
const WRITTEN = new Set([undefined, 'file_share', 'thread_broadcast']);

/**
 * A message to us or in a thread; null for what is neither, or not of a person. A mention comes twice, as a mention and
 * as a message, so it counts under the name of the message.
 */
export function readMessage(body: unknown, event: unknown): NamedRequest | null {
  const envelope = Envelope.parse(body);
  const message = Message.safeParse(event).data;
  if (!message || message.bot_id !== undefined || !WRITTEN.has(message.subtype)) return null;
  const botUserId = envelope.authorizations?.[0]?.user_id ?? null;
  const threadTs = message.thread_ts ?? null;
  const isToUs = isSaidToUs(message, botUserId);
  if (!isToUs && threadTs === null) return null;
  const workspaceId = envelope.team_id;
  const { channel: channelId, user: userId, ts } = message;
  return {
    id: `message:${workspaceId}:${channelId}:${ts}`,
    lane: `${workspaceId}:${channelId}:${threadTs ?? ts}`,
    request: ChatRequest.parse({
      ...{ type: 'message', workspaceId, channelId, userId, ts, threadTs, isToUs },
      text: withFiles(readText(message.text, botUserId), message.files ?? []),
    }),
  };
}

/** Files in Slack are not fetched. That there were some is said where everybody, and the agent, reads it. */
function withFiles(text: string, files: NonNullable<z.infer<typeof Message>['files']>): string {
  if (files.length === 0) return text;
  const names = files.map(({ name, title }) => name ?? title ?? 'a file without a name').join(', ');
  return `${text}\n\n(Attached in Slack, and not brought along: ${names}. Attach it in Dispatch, or paste its text.)`.trim();
}

function isSaidToUs(message: z.infer<typeof Message>, botUserId: string | null): boolean {
  if (message.type === 'app_mention' || message.channel_type === 'im') return true;
  return botUserId !== null && message.text.includes(`<@${botUserId}`);
}

const Command = z.object({
  team_id: z.string(),
  channel_id: z.string(),
  user_id: z.string(),
  text: z.string().default(''),
  trigger_id: z.string(),
  response_url: z.url().optional(),
});

export function readCommand(body: unknown): NamedRequest {
  const { team_id, channel_id, user_id, text, trigger_id, response_url } = Command.parse(body);
  return {
    id: `command:${trigger_id}`,
    lane: `command:${trigger_id}`,
    request: ChatRequest.parse({
      ...{ type: 'command', workspaceId: team_id, channelId: channel_id, userId: user_id },
      ...{ text: readText(text, null), responseUrl: response_url ?? null },
    }),
  };
}

const Chosen = z.object({ value: z.string() });
/** A field of a card, as far as it holds something. */
const Field = z.object({
  value: z.string().nullish(),
  selected_option: Chosen.nullish(),
  selected_options: z.array(Chosen).nullish(),
});
const Pressed = Field.extend({ action_id: z.string() });

const Action = z.object({
  team: z.object({ id: z.string() }),
  user: z.object({ id: z.string() }),
  channel: z.object({ id: z.string() }).optional(),
  container: z.object({ message_ts: z.string().optional(), thread_ts: z.string().optional() }).optional(),
  trigger_id: z.string(),
  response_url: z.url().optional(),
  state: z.object({ values: z.record(z.string(), z.record(z.string(), Field)) }).optional(),
});

/** A button or select of ours; null for one that only leads somewhere, or is no more than a field. */
export function readAction(body: unknown, pressed: unknown): NamedRequest | null {
  const given = Action.parse(body);
  const element = Pressed.parse(pressed);
  const [action = '', ...rest] = element.action_id.slice(ACTION.length).split(':');
  if (action === 'open' || action === 'field' || !given.channel) return null;
  const { trigger_id: trigger } = given;
  const isSelect = element.selected_option !== undefined;
  return {
    id: `action:${trigger}`,
    lane: `action:${trigger}`,
    request: ChatRequest.parse({
      ...{ type: 'action', workspaceId: given.team.id, channelId: given.channel.id, userId: given.user.id },
      ...whereOf(given),
      action,
      value: isSelect ? valueOfSelect(action, rest.join(':')) : (element.value ?? ''),
      fields: isSelect ? { chosen: valuesOf(element) } : fieldsOf(given.state?.values ?? {}),
    }),
  };
}

function whereOf({ container, response_url: responseUrl }: z.infer<typeof Action>): object {
  return {
    messageTs: container?.message_ts ?? null,
    threadTs: container?.thread_ts ?? null,
    responseUrl: responseUrl ?? null,
  };
}

/** What a select is about stands in its name. */
function valueOfSelect(action: string, rest: string): string {
  return action === 'change' ? JSON.stringify({ s: rest }) : rest;
}

function fieldsOf(values: Record<string, Record<string, z.infer<typeof Field>>>): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(values).map(([name, elements]) => [name, Object.values(elements).flatMap(valuesOf)]),
  );
}

function valuesOf({
  value,
  selected_option: one,
  selected_options: several,
}: z.infer<typeof Field>): string[] {
  return [
    ...(value ? [value] : []),
    ...(one ? [one.value] : []),
    ...(several ?? []).map((each) => each.value),
  ];
}

const Simple = z.object({ user: z.string().optional(), channel: z.string().optional() });

/** Something about the app or a channel that no person asked for. */
export function readNews(
  body: unknown,
  event: unknown,
  type: 'channel' | 'uninstalled' | 'home',
): NamedRequest {
  const { event_id: id, team_id: workspaceId } = Envelope.parse(body);
  const { user: userId, channel: channelId } = Simple.parse(event);
  const request = ChatRequest.parse({ type, workspaceId, userId, channelId });
  return { id: `event:${id}`, lane: `event:${id}`, request };
}
