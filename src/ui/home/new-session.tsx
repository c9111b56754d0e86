import type { RefObject } from 'react';
import { AttachButton } from '../attachments/attach-button';
import { AttachmentTray } from '../attachments/attachment-tray';
import { Button } from '../kit/button';
import { Notice } from '../kit/notice';
import { PromptBox } from '../kit/prompt-box';
import { wordsOf } from '../live/failure';
import { StartChoices } from './start-choices';
import type { useNewSession } from './use-new-session';
import type { useStartChoices } from './use-start-choices';

/** Where a session starts: what should be done, on what and by which model. */
export function NewSession({
  draft,
  choices,
  promptRef,
}: {
  draft: ReturnType<typeof useNewSession>;
  choices: ReturnType<typeof useStartChoices>;
  promptRef: RefObject<HTMLTextAreaElement | null>;
}) {
  const { text, setText, warm, attachments, start, isStarting, isHeld, takeBack, error } = draft;
  const { value } = choices;
  const blocked = text.trim() === '' ? 'Say what should be done.' : attachments.waitsFor;
  const canStart = value !== null && blocked === null && !isStarting && !isHeld;
  const submit = () => {
    if (canStart) start(value);
  };
  return (
    <div className="flex flex-col gap-2">
      {isHeld && (
        <Notice
          tone="info"
          action={
            <Button size="small" onClick={takeBack}>
              Don’t start it
            </Button>
          }
        >
          You are offline. The session starts as soon as you are back.
        </Notice>
      )}
      {error && <Notice tone="danger">No session was started; your prompt is kept. {wordsOf(error)}</Notice>}
      {choices.error && <Notice tone="danger">{wordsOf(choices.error)}</Notice>}
      <PromptBox
        ref={promptRef}
        label="What should be done?"
        text={text}
        onText={(typed) => {
          setText(typed);
          if (!isStarting) warm(value);
        }}
        onFiles={attachments.add}
        tray={<AttachmentTray attachments={attachments} />}
        onSubmit={submit}
      >
        <AttachButton onFiles={attachments.add} />
        <StartChoices start={choices} />
        <Button
          size="small"
          variant="primary"
          className="ml-auto"
          disabled={!canStart}
          title={blocked ?? undefined}
          onClick={submit}
        >
          {isStarting ? 'Starting…' : 'Start session'}
        </Button>
      </PromptBox>
    </div>
  );
}
