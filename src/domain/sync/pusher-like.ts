/** As much of pusher-js as is used here, so that the domain needs no vendor's package. */
export interface PusherLike {
  readonly connection: {
    readonly state: string;
    bind(event: 'state_change', callback: (change: { current: string }) => void): unknown;
  };
  connect(): void;
  disconnect(): void;
  subscribe(channel: string): ChannelLike;
  unsubscribe(channel: string): void;
}

export interface ChannelLike {
  readonly subscribed: boolean;
  readonly subscriptionPending: boolean;
  bind_global(callback: (event: string, data: unknown) => void): unknown;
  unbind_global(callback: (event: string, data: unknown) => void): unknown;
  /** Unlike a global callback, one for an event is told who sent it, which the server vouches for. */
  bind(event: string, callback: (data: unknown, metadata?: { user_id?: string }) => void): unknown;
  unbind(event: string, callback: (data: unknown, metadata?: { user_id?: string }) => void): unknown;
  trigger(event: string, data: unknown): boolean;
}
