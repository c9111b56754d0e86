'use client';

import { lazy, Suspense, useRef } from 'react';
import { roleIn } from '@/domain/session/members';
import { sessionStatus } from '@/domain/session/session-status';
import { Skeleton } from '../kit/skeleton';
import { useScreenCommands } from '../kit/use-commands';
import { useMe } from '../live/live-provider';
import type { OpenedPage } from '../live/live-session';
import { useArchive } from '../live/use-archive';
import { useMarkRead } from '../live/use-mark-read';
import { COMPOSER_KEYS } from './composer/composer-keys';
import { useOutgoing } from './composer/use-outgoing';
import { useSessionActions } from './actions/use-session-actions';
import { PlacesProvider } from './diff/places';
import { SessionHeader } from './header/session-header';
import { PanelsProvider, usePanels } from './layout/panels-context';
import { SessionLayout } from './layout/session-layout';
import { usePanelCommands } from './layout/use-panel-commands';
import { useJoin } from './people/use-presence';
import { SessionProvider } from './session-context';
import { SessionDock } from './session-dock';
import { SessionTitle } from './session-title';
import { useCommands } from './use-commands';
import { useLiveSession } from './use-live-session';

// The server has drawn the timeline, so the rest of the screen need not wait for what makes it move. It is asked for
// at once, and not when the screen comes to it.
const timelineCode = import('./timeline/timeline-panel');
const TimelinePanel = lazy(async () => ({ default: (await timelineCode).TimelinePanel }));

/** One session: what was said and done, what is waiting, the panels beside it, and where one says more. */
export function SessionScreen({ page }: { page: OpenedPage }) {
  return (
    <PanelsProvider>
      <Session page={page} />
    </PanelsProvider>
  );
}

function Session({ page }: { page: OpenedPage }) {
  const sessionId = page.session.id;
  const { view, session } = useLiveSession(page);
  useJoin(sessionId, view.accessVersion);
  useMarkRead(sessionId, view.appliedSeq, view.session);
  const outgoing = useOutgoing(sessionId, view.items);
  const commands = useCommands(sessionId, outgoing);
  const prompt = useRef<HTMLTextAreaElement>(null);
  const timeline = useRef<HTMLDivElement>(null);
  const { show } = usePanels();
  const status = sessionStatus(view.session);
  const { running } = view.session;
  const stop = running && !running.isStopRequested ? () => commands.stop(running.turnId) : null;
  const { person } = useMe();
  const isViewer = roleIn(view.session, person.id) === 'viewer';
  const canPrompt = view.state.kind !== 'refused' && page.rights.includes('prompt') && !isViewer;
  const archive = useArchive();
  const { comment, dialog } = useSessionActions({ sessionId, view, commands, canPrompt });
  const group = 'Session';
  useScreenCommands([
    { id: 'prompt.write', title: 'Write a prompt', group, keys: 'w', run: () => prompt.current?.focus() },
    {
      id: 'turn.stop',
      title: 'Stop this turn',
      group,
      keys: 's',
      isEnabled: () => stop !== null,
      run: () => stop?.(),
    },
    {
      ...{ id: 'session.archive', title: 'Archive this session', group, keys: 'e' },
      isEnabled: () => !view.session.isArchived,
      run: () => archive.ask({ id: sessionId, title: view.session.title }),
    },
    ...COMPOSER_KEYS,
  ]);
  usePanelCommands({ onTimeline: () => timeline.current?.focus() });
  return (
    <SessionProvider
      sessionId={sessionId}
      live={session}
      commands={commands}
      canPrompt={canPrompt}
      comment={comment}
    >
      <div className="flex h-dvh flex-col">
        <SessionTitle title={view.session.title} status={status.kind} sync={view.state.kind} />
        <SessionHeader page={page} view={view} status={status} />
        <PlacesProvider onShow={show}>
          <SessionLayout sessionId={sessionId} view={view}>
            <Suspense fallback={<TimelineSkeleton />}>
              <TimelinePanel view={view} ref={timeline} />
            </Suspense>
          </SessionLayout>
        </PlacesProvider>
        <SessionDock
          {...{ page, view, session, commands, outgoing, stop }}
          promptRef={prompt}
          isViewer={isViewer}
        />
        {archive.dialog}
        {dialog}
      </div>
    </SessionProvider>
  );
}

function TimelineSkeleton() {
  return (
    <div className="mx-auto w-full max-w-3xl p-4">
      <Skeleton lines={6} />
    </div>
  );
}
