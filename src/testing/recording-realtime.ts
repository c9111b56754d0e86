import type {
  PublishResult,
  Realtime,
  RealtimeAuthorization,
  RealtimeMessage,
  RealtimeWebhookRequest,
} from '@/ports/realtime';

/** The key that a recorded webhook has to carry. */
const RECORDING_KEY = 'recording';

/** A realtime service without subscribers: it remembers messages and signs by saying what it signed. */
export class RecordingRealtime implements Realtime {
  readonly messages: RealtimeMessage[] = [];
  /** What the next messages meet; delivered when none is left. */
  answer: () => Promise<PublishResult> = () => Promise.resolve({ ok: true });

  async publish(message: RealtimeMessage): Promise<PublishResult> {
    this.messages.push(message);
    return this.answer();
  }

  authorize({ socketId, channel }: RealtimeAuthorization): { auth: string } {
    return { auth: `${socketId} on ${channel}` };
  }

  /** Who is on which presence channel; null for a server that does not answer. */
  present: Map<string, string[]> | null = new Map();

  presenceChannels(prefix: string): ReturnType<Realtime['presenceChannels']> {
    const channels = [...(this.present ?? [])].filter(([channel]) => channel.startsWith(prefix));
    return Promise.resolve(
      this.present && channels.map(([channel, ids]) => ({ channel, people: ids.length })),
    );
  }

  peopleOn(channel: string): ReturnType<Realtime['peopleOn']> {
    return Promise.resolve(this.present && (this.present.get(channel) ?? []));
  }

  webhook({ body, key }: RealtimeWebhookRequest): ReturnType<Realtime['webhook']> {
    // Tests write what Pusher would send.
    return key === RECORDING_KEY ? (JSON.parse(body) as ReturnType<Realtime['webhook']>) : null;
  }

  /** Names of the events told on a channel, in order. */
  toldOn(channel: string): string[] {
    return this.messages.filter((message) => message.channel === channel).map(({ event }) => event);
  }
}
