import type { WebClient } from '@slack/web-api';
import type { ChatPlace } from '@/ports/chat';

/** Slack lists a thread from its beginning, a channel from its end: behind so many pages a message counts as not posted. */
const MAX_PAGES = 4;
const PAGE = 200;

/** What is looked at of a message. */
interface Seen {
  ts?: string | undefined;
  metadata?: { event_payload?: object | undefined } | undefined;
  files?: { title?: string | undefined }[] | undefined;
}

/** Looks for a message of ours by the key in its metadata, or by the title of a file: in the thread, else in the channel. */
export async function findByKey(client: WebClient, place: ChatPlace, key: string): Promise<string | null> {
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const given = {
      channel: place.channelId,
      limit: PAGE,
      include_all_metadata: true,
      ...(cursor && { cursor }),
    };
    const answer =
      place.threadTs === null
        ? await client.conversations.history(given)
        : await client.conversations.replies({ ...given, ts: place.threadTs });
    const messages: Seen[] = answer.messages ?? [];
    const found = messages.find((message) => isOf(message, key));
    if (found?.ts !== undefined) return found.ts;
    cursor = answer.response_metadata?.next_cursor;
    if (!cursor) return null;
  }
  return null;
}

function isOf({ metadata, files }: Seen, key: string): boolean {
  const payload = metadata?.event_payload;
  if (payload && 'key' in payload && payload.key === key) return true;
  return files?.some(({ title }) => title?.endsWith(`(${key})`) === true) ?? false;
}
