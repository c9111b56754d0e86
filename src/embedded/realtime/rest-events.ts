import { z } from 'zod';
import { channelKind } from './channel-kind';
import { broadcast, type Channel } from './channels';
import { tooMuchData } from './client-events';
import { encodeFrame, parseJson } from './frames';
import type { RealtimeLimits } from './limits';
import type { RealtimeApp } from './realtime-app';
import { RestError } from './rest-error';

const SOCKET_ID = /^\d+\.\d+$/;
const eventFields = {
  name: z.string().min(1),
  data: z.string(),
  socket_id: z.string().regex(SOCKET_ID).nullish(),
  info: z.string().nullish(),
};
const triggerBody = z.object({
  ...eventFields,
  channel: z.string().optional(),
  channels: z.array(z.string()).optional(),
});
const batchBody = z.object({ batch: z.array(z.object({ ...eventFields, channel: z.string() })) });

interface Publication {
  name: string;
  data: string;
  channel: string;
  exceptSocketId: string | undefined;
}

/** `POST /events`: one event to up to a hundred channels. Nothing goes out unless all of it is valid. */
export function triggerEvent(app: RealtimeApp, body: Buffer): object {
  const event = parseBody(triggerBody, body);
  const channels = [...new Set(event.channels ?? (event.channel === undefined ? [] : [event.channel]))];
  if (channels.length === 0) throw new RestError(400, 'Missing parameter: channels');
  if (channels.length > app.limits.channelsPerTrigger) {
    throw new RestError(400, `Cannot publish to more than ${app.limits.channelsPerTrigger} channels at once`);
  }
  const { name, data } = event;
  const exceptSocketId = event.socket_id ?? undefined;
  const publications = channels.map((channel) => ({ name, data, channel, exceptSocketId }));
  publishAll(app, publications);
  const info = event.info ?? '';
  if (info === '') return {};
  const attributes = channels.map((channel) => [channel, channelAttributes(app.channels.get(channel), info)]);
  return { channels: Object.fromEntries(attributes) as object };
}

/** `POST /batch_events`: up to ten events, each to its channel, in their order. */
export function triggerBatch(app: RealtimeApp, body: Buffer): object {
  const { batch } = parseBody(batchBody, body);
  if (batch.length > app.limits.batchEvents) {
    throw new RestError(
      400,
      `Batch too large: at most ${app.limits.batchEvents} events (got ${batch.length})`,
    );
  }
  publishAll(
    app,
    batch.map(({ name, data, channel, socket_id }) => ({
      name,
      data,
      channel,
      exceptSocketId: socket_id ?? undefined,
    })),
  );
  if (batch.every((event) => (event.info ?? '') === '')) return {};
  return {
    batch: batch.map(({ channel, info }) => channelAttributes(app.channels.get(channel), info ?? '')),
  };
}

/** The asked-for attributes that a channel has; an empty channel counts nobody. */
export function channelAttributes(channel: Channel | undefined, info: string): Record<string, number> {
  const asked = info.split(',').map((attribute) => attribute.trim());
  const attributes: Record<string, number> = {};
  if (asked.includes('subscription_count')) attributes['subscription_count'] = channel?.subscribers.size ?? 0;
  if (asked.includes('user_count') && channel?.kind.access === 'presence') {
    attributes['user_count'] = channel.members.size;
  }
  return attributes;
}

function publishAll(app: RealtimeApp, publications: Publication[]): void {
  for (const publication of publications) validate(publication, app.limits);
  if (app.quota.isExhausted()) throw new RestError(403, 'Forbidden: the app is over its message quota');
  app.quota.spend(1);
  for (const { name, data, channel: channelName, exceptSocketId } of publications) {
    const frame = encodeFrame({ event: name, channel: channelName, data });
    const channel = app.channels.get(channelName);
    if (channel !== undefined) app.quota.spend(broadcast(channel, frame, exceptSocketId));
    if (channelKind(channelName, app.limits.channelNameChars)?.isCache === true) {
      app.cache.set(channelName, frame);
    }
  }
}

function validate({ name, data, channel }: Publication, limits: RealtimeLimits): void {
  if (Buffer.byteLength(data) > limits.eventDataBytes) {
    throw new RestError(413, tooMuchData(limits.eventDataBytes));
  }
  if (name.length > limits.eventNameChars) {
    throw new RestError(400, `Event name is longer than ${limits.eventNameChars} characters`);
  }
  if (channelKind(channel, limits.channelNameChars) === null) {
    throw new RestError(400, `Invalid channel name: '${channel.slice(0, 200)}'`);
  }
}

function parseBody<T>(schema: z.ZodType<T>, body: Buffer): T {
  const json = parseJson(body.toString('utf8'));
  if (json === undefined) throw new RestError(400, 'The body is not valid JSON');
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new RestError(
    400,
    `Invalid body: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unknown shape'}`,
  );
}
