import type { RealtimeWebhookEvent } from '@/ports/realtime';
import { CacheStore } from './cache-store';
import { Channels } from './channels';
import type { Connection } from './connection';
import type { RealtimeLimits } from './limits';
import { MessageQuota } from './message-quota';
import { OccupancyNotices } from './occupancy-notices';
import type { Credentials } from './signatures';
import { Users } from './users';
import { WebhookQueue } from './webhook-queue';

/** Everything that the WebSocket side and the HTTP API of one server share. */
export interface RealtimeApp {
  credentials: Credentials;
  limits: RealtimeLimits;
  /** Whether subscribers hear how many they are, a setting of the hosted dashboard that is off at first. */
  tellsSubscriptionCount: boolean;
  log: (line: string) => void;
  /** By socket id. */
  connections: Map<string, Connection>;
  channels: Channels;
  users: Users;
  cache: CacheStore;
  quota: MessageQuota;
  notices: OccupancyNotices;
  tellWebhook: (event: RealtimeWebhookEvent) => void;
  close: () => Promise<void>;
}

/** Builds the empty state of a server. Without a webhook URL nothing is queued. */
export function createRealtimeApp(options: {
  credentials: Credentials;
  limits: RealtimeLimits;
  tellsSubscriptionCount: boolean;
  webhookUrl: string | undefined;
  log: (line: string) => void;
}): RealtimeApp {
  const { credentials, limits, log, webhookUrl: url } = options;
  const webhooks = url === undefined ? null : new WebhookQueue({ url, credentials, limits, log });
  const tellWebhook = (event: RealtimeWebhookEvent): void => webhooks?.push(event);
  const notices = new OccupancyNotices(limits.leaveDelayMs, tellWebhook);
  const cache = new CacheStore(limits.cacheTtlMs);
  return {
    credentials,
    limits,
    tellsSubscriptionCount: options.tellsSubscriptionCount,
    log,
    connections: new Map(),
    channels: new Channels(),
    users: new Users(),
    cache,
    quota: new MessageQuota(limits.messagesPerDay),
    notices,
    tellWebhook,
    close: async () => {
      notices.close();
      cache.close();
      await webhooks?.close();
    },
  };
}
