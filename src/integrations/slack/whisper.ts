import { ChatError } from '@/domain/chat/chat-error';
import type { WhisperPlace } from '@/ports/chat';
import type { ConnectSlack } from './create-chat';
import type { Rendered } from './render/message-blocks';

const TIMEOUT_MS = 10_000;

/**
 * Shows something to one person alone. The address that came with what they did works where we are no member too; it is
 * good for half an hour and five answers, so there is another way behind it.
 */
export async function answerPrivately(
  connect: ConnectSlack,
  place: WhisperPlace,
  { text, blocks }: Rendered,
): Promise<void> {
  if (place.responseUrl !== null && (await respond(place.responseUrl, { text, blocks }))) return;
  const client = await connect(place.token);
  await client.chat.postEphemeral({
    ...{ channel: place.channelId, user: place.userId, text },
    blocks: blocks as never[], // JSON made by hand, which Slack itself checks
    ...(place.threadTs === null ? {} : { thread_ts: place.threadTs }),
  });
}

async function respond(url: string, { text, blocks }: Rendered): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, text, blocks }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return response.ok;
  } catch (cause) {
    throw new ChatError('away', 'Slack did not answer.', { cause });
  }
}
