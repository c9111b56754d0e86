import type { RealtimeWebhookEvent } from '@/ports/realtime';

/**
 * Turns arrivals and departures into webhooks. A departure is told only after a delay, and not at all when
 * the channel or member is back by then, so that a reload or a dropped line is not news.
 */
export class OccupancyNotices {
  readonly #leaveDelayMs: number;
  readonly #tell: (event: RealtimeWebhookEvent) => void;
  readonly #departures = new Map<string, NodeJS.Timeout>();

  constructor(leaveDelayMs: number, tell: (event: RealtimeWebhookEvent) => void) {
    this.#leaveDelayMs = leaveDelayMs;
    this.#tell = tell;
  }

  occupied(channel: string): void {
    this.#arrived([channel], { name: 'channel_occupied', channel });
  }

  vacated(channel: string): void {
    this.#departed([channel], { name: 'channel_vacated', channel });
  }

  memberAdded(channel: string, userId: string): void {
    this.#arrived([channel, userId], { name: 'member_added', channel, user_id: userId });
  }

  memberRemoved(channel: string, userId: string): void {
    this.#departed([channel, userId], { name: 'member_removed', channel, user_id: userId });
  }

  /** Forgets departures not told yet: a server that ends cannot know who comes back after it. */
  close(): void {
    for (const timer of this.#departures.values()) clearTimeout(timer);
  }

  #arrived(subject: string[], event: RealtimeWebhookEvent): void {
    const key = JSON.stringify(subject);
    const departure = this.#departures.get(key);
    if (departure === undefined) {
      this.#tell(event);
      return;
    }
    clearTimeout(departure);
    this.#departures.delete(key);
  }

  #departed(subject: string[], event: RealtimeWebhookEvent): void {
    const key = JSON.stringify(subject);
    const tell = (): void => {
      this.#departures.delete(key);
      this.#tell(event);
    };
    this.#departures.set(key, setTimeout(tell, this.#leaveDelayMs));
  }
}
