import type { RefObject } from 'react';
import { Button } from '../../kit/button';
import { Notice } from '../../kit/notice';
import { PromptBox } from '../../kit/prompt-box';
import type { LiveView } from '../../live/live-session';
import type { useOutgoing } from './use-outgoing';

/** Where one says what should be done next: now, or when the running turn has ended. */
export function Composer({
  view,
  outgoing: { text, setText, send, error },
  promptRef,
  failure,
}: {
  view: LiveView;
  outgoing: ReturnType<typeof useOutgoing>;
  promptRef: RefObject<HTMLTextAreaElement | null>;
  /** What another command of this screen was refused with. */
  failure: string | null;
}) {
  const { running, queue, isArchived } = view.session;
  if (isArchived) {
    return <Notice tone="info">This session is archived. Everything in it stays readable.</Notice>;
  }
  const isBusy = running !== null || queue.length > 0;
  return (
    <div className="flex flex-col gap-2">
      {error !== null && <Notice tone="danger">Your prompt was not sent; it is kept here. {error}</Notice>}
      {failure !== null && <Notice tone="danger">{failure}</Notice>}
      <PromptBox
        ref={promptRef}
        label={isBusy ? 'Queue for the next turn' : 'What should be done next?'}
        text={text}
        onText={setText}
        onSubmit={send}
      >
        <span className="flex-1" />
        <Button size="small" variant="primary" disabled={text.trim() === ''} onClick={send}>
          {isBusy ? 'Queue' : 'Send'}
        </Button>
      </PromptBox>
    </div>
  );
}
