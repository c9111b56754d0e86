import type { WebClient } from '@slack/web-api';
import { ChatError } from '@/domain/chat/chat-error';
import type { ChatPlace } from '@/ports/chat';

const TIMEOUT_MS = 20_000;

/**
 * Puts a file of the blob store into a thread. Slack shares it a moment later in a message whose name it does not say;
 * the file's own stands for it.
 */
export async function uploadFile(
  client: WebClient,
  { channelId, threadTs }: ChatPlace,
  { key, name, url }: { key: string; name: string; url: string },
): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new ChatError('away', `The store of files answered ${response.status}.`);
  const bytes = Buffer.from(await response.arrayBuffer());
  const shared = { channel_id: channelId, filename: name, title: `${name} (${key})`, file: bytes };
  const answer = await client.filesUploadV2(threadTs === null ? shared : { ...shared, thread_ts: threadTs });
  const [first] = answer.files.flatMap(({ files }) => files ?? []);
  return first?.id ?? key;
}
