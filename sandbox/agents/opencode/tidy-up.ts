import { type OpenCodeClient, OpenCodeError } from './client';
import type { HandOver } from './hand-over';
import { openAsks } from './told';
import { unreadSteers } from './turn-messages';
import type { TurnState } from './turn-state';

/**
 * Leaves nothing of a turn that is over in OpenCode: it keeps the asks of a stopped turn open, and what was said to a
 * turn that ended first would be read with the next prompt, though people are told that it was not.
 */
export async function tidyUp(client: OpenCodeClient, handOver: HandOver, state: TurnState): Promise<void> {
  for (const askId of openAsks(state.told)) {
    try {
      if (state.told.asks.get(askId) === 'question') await client.rejectQuestion(askId);
      else await client.replyPermission(askId, { reply: 'reject', message: null });
    } catch (error) {
      // Nothing waits for it any more: 404 is the usual answer.
      if (!(error instanceof OpenCodeError)) throw error;
    }
  }
  for (const { messageId } of unreadSteers(state)) {
    if (state.messages.has(messageId)) await handOver.takeBack(messageId);
  }
}
