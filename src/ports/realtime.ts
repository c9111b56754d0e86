/**
 * What a realtime server tells the app about channels and people, in the words of Pusher's webhooks
 * (pusher.com/docs/channels/server_api/webhooks).
 */
export type RealtimeWebhookEvent =
  | { name: 'channel_occupied'; channel: string }
  | { name: 'channel_vacated'; channel: string }
  | { name: 'member_added'; channel: string; user_id: string }
  | { name: 'member_removed'; channel: string; user_id: string }
  | { name: 'cache_miss'; channel: string }
  | {
      name: 'client_event';
      channel: string;
      event: string;
      data: string;
      socket_id: string;
      /** On presence channels only. */
      user_id?: string | undefined;
    };

/** Tells subscribers what was stored. Nothing may depend on a message arriving: the log is the truth. */
export interface Realtime {
  /**
   * Publishes after the commit. Never throws for a delivery problem, since the log heals it: a message
   * that did not go out resolves to `ok: false`. `tooLarge` means that the same message can never go out,
   * because its data is over 10,000 bytes of JSON or the server said so.
   */
  publish(message: RealtimeMessage): Promise<PublishResult>;

  /**
   * Signs a subscription for a private or presence channel, for a connection of someone whose right was
   * checked before. Throws AppError `bad_input` when the socket id or channel is malformed, the channel is
   * public, or a presence channel comes without its member.
   */
  authorize(request: RealtimeAuthorization): { auth: string; channel_data?: string };

  /**
   * The presence channels whose name begins with `prefix` (`presence-` at least) and on which anybody is, with the
   * number of people on each; null when the realtime server could not be asked.
   */
  presenceChannels(prefix: string): Promise<{ channel: string; people: number }[] | null>;

  /** The ids of the people on a presence channel; null when the realtime server could not be asked. */
  peopleOn(channel: string): Promise<string[] | null>;

  /**
   * Verifies a signed webhook in constant time and parses it; `null` when key or signature are wrong or
   * the body is not a webhook. Events of a kind not listed above are left out.
   */
  webhook(request: RealtimeWebhookRequest): { timeMs: number; events: RealtimeWebhookEvent[] } | null;
}

/** One event for all subscribers of one channel; `data` is anything JSON can hold. */
export interface RealtimeMessage {
  channel: string;
  event: string;
  data: unknown;
}

export type PublishResult = { ok: true } | { ok: false; error: string; tooLarge: boolean };

/** `member` is who the connection stands for on a presence channel: id of at most 128 characters, info of 1 kB. */
export interface RealtimeAuthorization {
  socketId: string;
  channel: string;
  member?: { id: string; info: Record<string, unknown> };
}

/** The raw body, exactly as it came, and the headers `X-Pusher-Key` and `X-Pusher-Signature`. */
export interface RealtimeWebhookRequest {
  body: string;
  key: string | null;
  signature: string | null;
}
