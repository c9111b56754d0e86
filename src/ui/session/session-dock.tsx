import { lazy, type RefObject, Suspense } from 'react';
import type { LiveSession, LiveView, OpenedPage } from '../live/live-session';
import { Composer } from './composer/composer';
import type { OutgoingSpeech } from './composer/use-outgoing';
import { useTyping } from './people/use-typing';
import { StatusLine } from './status/status-line';
import type { SessionCommands } from './use-commands';

// Most sessions ask nothing and have nothing in their queue when they are opened.
const AskDock = lazy(async () => ({ default: (await import('./asks/ask-dock')).AskDock }));
const QueuePanel = lazy(async () => ({ default: (await import('./queue/queue-panel')).QueuePanel }));

const READ_ONLY =
  'You can watch this session. To prompt in it, ask an owner or admin of the team to make you a member.';

const WATCHING = 'You watch this session. One of its drivers can let you take part again.';

/** What stays in reach at the foot of a session: what it asks, what waits, where one speaks, and how it stands. */
export function SessionDock({
  page,
  view,
  session,
  commands,
  outgoing,
  promptRef,
  stop,
  isViewer,
}: {
  page: OpenedPage;
  view: LiveView;
  session: LiveSession;
  commands: SessionCommands;
  outgoing: OutgoingSpeech;
  promptRef: RefObject<HTMLTextAreaElement | null>;
  stop: (() => void) | null;
  /** One was made a viewer of this session. */
  isViewer: boolean;
}) {
  const { onTyped, onSent } = useTyping(page.session.id);
  const refusal = view.state.kind === 'refused' ? view.state.message : null;
  const canPrompt = refusal === null && page.rights.includes('prompt') && !isViewer;
  const say: OutgoingSpeech['say'] = (speech) => {
    onSent();
    outgoing.say(speech);
  };
  return (
    <footer className="border-t bg-surface px-3 pt-2 pb-1.5 md:px-4">
      <Suspense fallback={null}>
        {view.session.asks.length > 0 && (
          <AskDock items={view.items} onAnswer={canPrompt ? commands.answer : null} />
        )}
        {view.session.queue.length > 0 && (
          <QueuePanel view={view} commands={commands} canChange={canPrompt && !view.session.isArchived} />
        )}
      </Suspense>
      <Composer
        sessionId={page.session.id}
        view={view}
        outgoing={{ ...outgoing, say }}
        onTyped={onTyped}
        promptRef={promptRef}
        readOnly={refusal ?? (canPrompt ? null : isViewer ? WATCHING : READ_ONLY)}
        failure={commands.failure}
      />
      <StatusLine view={view} stop={canPrompt ? stop : null} onRetry={() => session.retry()} />
    </footer>
  );
}
