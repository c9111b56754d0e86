import { useMutation } from '@tanstack/react-query';
import type { SessionId } from '@/domain/ids';
import { isWakeable } from '@/domain/session/decide-system';
import { hasSandbox, type SessionState } from '@/domain/session/state';
import { Button } from '../../kit/button';
import { Notice } from '../../kit/notice';
import { wordsOf } from '../../live/failure';
import { useTRPC } from '../../live/trpc';

/** Why what lies in the sandbox can't be had now, and a way to it: whoever may prompt can wake it without a prompt. */
export function AsleepNotice({
  sessionId,
  session,
  missing,
}: {
  sessionId: SessionId;
  session: SessionState;
  /** What there is not without a sandbox: a sentence. */
  missing: string;
}) {
  const trpc = useTRPC();
  const wake = useMutation(trpc.sessions.touch.mutationOptions());
  if (hasSandbox(session)) {
    return (
      <Notice tone="info" className="m-4">
        The sandbox is starting. {missing}
      </Notice>
    );
  }
  return (
    <Notice
      tone={wake.isError ? 'danger' : 'info'}
      className="m-4"
      action={
        isWakeable(session) && (
          <Button size="small" disabled={wake.isPending} onClick={() => wake.mutate({ sessionId })}>
            {wake.isPending ? 'Waking…' : 'Wake it'}
          </Button>
        )
      }
    >
      {wake.isError ? `It was not woken. ${wordsOf(wake.error)}` : `No sandbox is running. ${missing}`}
    </Notice>
  );
}
