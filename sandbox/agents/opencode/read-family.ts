import { type OpenCodeClient, OpenCodeError } from './client';
import type { StoredMessage } from './events';

/**
 * What OpenCode has stored of a turn: the agent's messages from the prompt on, and those of every sub-agent that it
 * called, each session after the one that called it.
 */
export async function readFamily(
  client: OpenCodeClient,
  from: { sessionId: string; messageId: string },
): Promise<StoredMessage[]> {
  const all: StoredMessage[] = [];
  const read = new Set<string>();
  const next = [from.sessionId];
  for (let sessionId = next.shift(); sessionId !== undefined; sessionId = next.shift()) {
    if (read.has(sessionId)) continue;
    read.add(sessionId);
    const messages = await readSession(client, { ...from, sessionId }, sessionId === from.sessionId);
    all.push(...messages);
    next.push(...messages.flatMap(childrenOf));
  }
  return all;
}

/** A sub-agent's session that is gone has nothing to say; the agent's own must be there. */
async function readSession(
  client: OpenCodeClient,
  { sessionId, messageId }: { sessionId: string; messageId: string },
  isOwn: boolean,
): Promise<StoredMessage[]> {
  try {
    return await client.messagesFrom(sessionId, messageId);
  } catch (error) {
    if (isOwn || !(error instanceof OpenCodeError) || error.status !== 404) throw error;
    console.error(`bridge: ${error.message}`);
    return [];
  }
}

/** Sessions of sub-agents that a message called. */
function childrenOf({ parts }: StoredMessage): string[] {
  return parts.flatMap((part) => {
    if (part.is !== 'known' || part.part.type !== 'tool' || part.part.tool !== 'task') return [];
    const { state } = part.part;
    return state.status === 'pending' ? [] : (state.metadata?.sessionId ?? []);
  });
}
