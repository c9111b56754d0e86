import type { RefObject } from 'react';
import type { SessionId, TurnId } from '@/domain/ids';
import { AttachButton } from '../../attachments/attach-button';
import { AttachmentTray } from '../../attachments/attachment-tray';
import { type Attachments, useAttachments } from '../../attachments/use-attachments';
import { Notice } from '../../kit/notice';
import { PromptBox, type SubmitKey } from '../../kit/prompt-box';
import { useKeptText } from '../../kit/use-kept-text';
import { useMe } from '../../live/live-provider';
import type { LiveView } from '../../live/live-session';
import type { SpeechMode } from './outbox';
import { OutgoingList } from './outgoing-list';
import { SpeechButtons } from './speech-buttons';
import { useHistory } from './use-history';
import type { OutgoingSpeech } from './use-outgoing';

interface ComposerProps {
  sessionId: SessionId;
  view: LiveView;
  outgoing: OutgoingSpeech;
  promptRef: RefObject<HTMLTextAreaElement | null>;
  /** Why this person can only watch; null for somebody who may prompt. */
  readOnly: string | null;
  /** What another command of this screen was refused with. */
  failure: string | null;
  /** Somebody is writing; asked at each change. */
  onTyped?: () => void;
}

/** By which key a text goes which way. With nothing running, every way is the same. */
const WAY: Record<SubmitKey, SpeechMode> = {
  enter: 'queue',
  'alt-enter': 'steer',
  'mod-enter': 'interrupt',
};

/** Where one says what should be done: next, to the running turn, or instead of it. */
export function Composer(props: ComposerProps) {
  const { view, readOnly, failure } = props;
  if (view.session.isArchived) {
    return <Notice tone="info">This session is archived. Everything in it stays readable.</Notice>;
  }
  if (readOnly !== null) return <Notice tone="info">{readOnly}</Notice>;
  return (
    <div className="flex flex-col gap-2">
      {failure !== null && <Notice tone="danger">{failure}</Notice>}
      <Speech {...props} />
    </div>
  );
}

function Speech({ sessionId, view, outgoing, promptRef, onTyped }: ComposerProps) {
  const { person } = useMe();
  const [text, setText] = useKeptText(`dispatch:draft:${sessionId}`);
  const attachments = useAttachments(sessionId);
  const onHistory = useHistory({ items: view.items, personId: person.id, text, setText });
  const turnId = steerable(view);
  const isBusy = view.session.running !== null || view.session.queue.length > 0;
  const blocked = text.trim() === '' ? 'Write what should be done.' : attachments.waitsFor;

  function say(wanted: SpeechMode): void {
    if (blocked !== null) return;
    const mode = turnId === null ? 'queue' : wanted;
    outgoing.say({ mode, turnId: mode === 'queue' ? null : turnId, text, attachments: attachments.ready });
    setText('');
    attachments.clear();
    promptRef.current?.focus();
  }

  return (
    <>
      <OutgoingList
        outgoing={outgoing}
        onEdit={(item) => setText(text === '' ? item.text : `${item.text}\n\n${text}`)}
      />
      <PromptBox
        ref={promptRef}
        label={isBusy ? 'Queue for the next turn' : 'What should be done next?'}
        text={text}
        onText={(next) => {
          setText(next);
          onTyped?.();
        }}
        onSubmit={(key) => say(WAY[key])}
        onFiles={attachments.add}
        onKey={onHistory}
        tray={<AttachmentTray attachments={attachments} />}
      >
        <AttachButton onFiles={attachments.add} />
        <Waiting attachments={attachments} />
        <SpeechButtons isBusy={isBusy} canSteer={turnId !== null} blocked={blocked} onSay={say} />
      </PromptBox>
    </>
  );
}

/** The turn that can be spoken to: one that runs and is not being stopped. */
function steerable({ session: { running } }: LiveView): TurnId | null {
  return running && !running.isStopRequested ? running.turnId : null;
}

function Waiting({ attachments: { waitsFor } }: { attachments: Attachments }) {
  return <span className="min-w-0 flex-1 truncate text-xs text-muted">{waitsFor}</span>;
}
