import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { RealtimeWebhookEvent, RealtimeWebhookRequest } from '@/ports/realtime';

const channel = z.string();
const webhookEvent = z.discriminatedUnion('name', [
  z.object({ name: z.literal('channel_occupied'), channel }),
  z.object({ name: z.literal('channel_vacated'), channel }),
  z.object({ name: z.literal('member_added'), channel, user_id: z.string() }),
  z.object({ name: z.literal('member_removed'), channel, user_id: z.string() }),
  z.object({ name: z.literal('cache_miss'), channel }),
  z.object({
    name: z.literal('client_event'),
    channel,
    event: z.string(),
    data: z.string(),
    socket_id: z.string(),
    user_id: z.string().optional(),
  }),
]) satisfies z.ZodType<RealtimeWebhookEvent>;
const webhookBody = z.object({ time_ms: z.number(), events: z.array(z.unknown()) });

/** Checks key and signature over the raw body before reading any of it. */
export function verifyWebhook(
  app: { key: string; secret: string },
  { body, key, signature }: RealtimeWebhookRequest,
): { timeMs: number; events: RealtimeWebhookEvent[] } | null {
  const expected = createHmac('sha256', app.secret).update(body).digest('hex');
  // Both are always compared, so that the time tells nothing about which one was wrong.
  const isOurs = [isSameText(key ?? '', app.key), isSameText(signature ?? '', expected)].every(Boolean);
  return isOurs ? parseWebhook(body) : null;
}

function parseWebhook(body: string): { timeMs: number; events: RealtimeWebhookEvent[] } | null {
  const parsed = webhookBody.safeParse(parseJson(body));
  if (!parsed.success) return null;
  // A kind this version does not know must not make Pusher repeat the others for five minutes.
  const events = parsed.data.events.flatMap((event) => webhookEvent.safeParse(event).data ?? []);
  return { timeMs: parsed.data.time_ms, events };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Digests first, since equal lengths are what a comparison in constant time needs. */
function isSameText(left: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
