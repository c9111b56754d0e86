/**
 * Every number the server enforces, under one name each, so that a test may shrink one and a reader may
 * see where it comes from. Sizes are bytes of UTF-8, lengths are UTF-16 code units, times milliseconds.
 */
export interface RealtimeLimits {
  eventDataBytes: number;
  eventNameChars: number;
  channelNameChars: number;
  channelsPerTrigger: number;
  batchEvents: number;
  requestBodyBytes: number;
  timestampSkewSeconds: number;
  clientEventsPerSecond: number;
  presenceMembers: number;
  userInfoBytes: number;
  userIdChars: number;
  watchlistUsers: number;
  cacheTtlMs: number;
  activityTimeoutMs: number;
  pongTimeoutMs: number;
  frameBytes: number;
  bufferedBytes: number;
  /** Simultaneous connections of the app; `null` is no quota. Over it a client is closed with 4004. */
  connections: number | null;
  /** Publishes plus deliveries in one UTC day; `null` is no quota. Over it the HTTP API answers 403. */
  messagesPerDay: number | null;
  leaveDelayMs: number;
  webhookBatchEvents: number;
  webhookBatchWindowMs: number;
  webhookFirstRetryMs: number;
  webhookRetryForMs: number;
  webhookTimeoutMs: number;
}

/**
 * What hosted Pusher enforces on its shared clusters, from pusher.com/docs/channels (HTTP API reference,
 * channels, events, presence and cache channels, webhooks, protocol) and, for the 10,240 bytes, from the
 * text of its own 413 answer. Groups that are not the hosted service's own say so.
 */
export const HOSTED_LIMITS: RealtimeLimits = {
  eventDataBytes: 10_240,
  eventNameChars: 200,
  channelNameChars: 164,
  channelsPerTrigger: 100,
  batchEvents: 10,
  timestampSkewSeconds: 600,
  clientEventsPerSecond: 10,
  presenceMembers: 100,
  userInfoBytes: 1_024,
  userIdChars: 128,
  watchlistUsers: 100,
  cacheTtlMs: 30 * 60_000,
  activityTimeoutMs: 120_000,
  pongTimeoutMs: 30_000,
  leaveDelayMs: 3_000,
  webhookBatchEvents: 20,
  webhookBatchWindowMs: 250,
  webhookRetryForMs: 5 * 60_000,

  // Plans differ in these two, so no plan is assumed.
  connections: null,
  messagesPerDay: null,

  // Unpublished by the hosted service: generous to an honest client, a wall to a broken one.
  requestBodyBytes: 1_048_576,
  frameBytes: 131_072,
  bufferedBytes: 4_194_304,
  webhookFirstRetryMs: 1_000,
  webhookTimeoutMs: 30_000,
};
