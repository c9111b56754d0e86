import type { RefObject } from 'react';
import { AttachButton } from '../attachments/attach-button';
import { AttachmentTray } from '../attachments/attachment-tray';
import { Button } from '../kit/button';
import { Notice } from '../kit/notice';
import { PromptBox } from '../kit/prompt-box';
import { wordsOf } from '../live/failure';
import { RepositoryChoice } from './repository-choice';
import type { useNewSession } from './use-new-session';
import { useRepositoryPick } from './use-repository-pick';

/** Where a session starts: what should be done, and on what. */
export function NewSession({
  draft: { text, setText, attachments, start, isStarting, error },
  promptRef,
}: {
  draft: ReturnType<typeof useNewSession>;
  promptRef: RefObject<HTMLTextAreaElement | null>;
}) {
  const pick = useRepositoryPick();
  const { value } = pick;
  const canStart = text.trim() !== '' && value !== null && attachments.waitsFor === null && !isStarting;
  return (
    <div className="flex flex-col gap-2">
      {error && <Notice tone="danger">No session was started; your prompt is kept. {wordsOf(error)}</Notice>}
      {pick.branchesError && <Notice tone="danger">{wordsOf(pick.branchesError)}</Notice>}
      <PromptBox
        ref={promptRef}
        label="What should be done?"
        text={text}
        onText={setText}
        onFiles={attachments.add}
        tray={<AttachmentTray attachments={attachments} />}
        onSubmit={() => {
          if (canStart) start(value);
        }}
      >
        <AttachButton onFiles={attachments.add} />
        <RepositoryChoice pick={pick} />
        <Button
          size="small"
          variant="primary"
          className="ml-auto"
          disabled={!canStart}
          title={attachments.waitsFor ?? undefined}
          onClick={() => {
            if (value) start(value);
          }}
        >
          {isStarting ? 'Starting…' : 'Start session'}
        </Button>
      </PromptBox>
    </div>
  );
}
