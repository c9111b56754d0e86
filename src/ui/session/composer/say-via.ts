import type { TRPCClient } from '@trpc/client';
import type { AppRouter } from '@/api/root';
import type { SessionId } from '@/domain/ids';
import type { Outgoing } from './outbox';

/** Delivers what somebody said, by the procedure of its way. */
export function sayVia(
  client: TRPCClient<AppRouter>,
  sessionId: SessionId,
): (outgoing: Outgoing) => Promise<void> {
  return async ({ mode, turnId, promptId, commandId, text, attachments }) => {
    const said = { sessionId, promptId, commandId, text, attachments };
    if (mode === 'queue' || turnId === null) await client.prompts.send.mutate(said);
    else if (mode === 'steer') await client.prompts.steer.mutate({ ...said, turnId });
    else await client.prompts.interrupt.mutate({ ...said, turnId });
  };
}
