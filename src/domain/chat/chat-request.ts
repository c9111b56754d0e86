import { z } from 'zod';

const id = z.string().min(1).max(100);
const text = z.string().max(40_000);

/** Who asks, and where. */
const asked = { workspaceId: id, userId: id, channelId: id };

/** What a field of a card held when one of its buttons was pressed, by the field's name. */
const fields = z.record(z.string().max(255), z.array(z.string().max(3_000)).max(100));

/** What a user of a chat asks of Dispatch, freed of how the chat's protocol says it. */
export const ChatRequest = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('message'),
    ...asked,
    ts: id,
    /** The message that the thread hangs from; null outside of threads. */
    threadTs: id.nullable(),
    text,
    isToUs: z.boolean(),
  }),
  z.object({ type: z.literal('command'), ...asked, text, responseUrl: z.url().max(1_000).nullable() }),
  z.object({
    type: z.literal('action'),
    ...asked,
    messageTs: id.nullable(),
    threadTs: id.nullable(),
    action: z.string().max(255),
    value: z.string().max(2_000),
    fields,
    responseUrl: z.url().max(1_000).nullable(),
  }),
  z.object({
    type: z.literal('channel'),
    workspaceId: id,
    channelId: id,
  }),
  z.object({ type: z.literal('uninstalled'), workspaceId: id }),
  z.object({ type: z.literal('home'), workspaceId: id, userId: id }),
]);
export type ChatRequest = z.infer<typeof ChatRequest>;
export type ChatRequestOf<T extends ChatRequest['type']> = Extract<ChatRequest, { type: T }>;
/** One that a person made in a channel. */
export type AskedInChat = ChatRequestOf<'message' | 'command' | 'action'>;

/** A request with the name under which it counts once, and the lane in which it waits its turn. */
export interface NamedRequest {
  id: string;
  lane: string;
  request: ChatRequest;
}
