'use client';

import { useCallback, useRef, useState } from 'react';
import { sessionStatus } from '@/domain/session/session-status';
import { classNames } from '../kit/class-names';
import { useScreenCommands } from '../kit/use-commands';
import type { OpenedPage } from '../live/live-session';
import { useArchive } from '../live/use-archive';
import { useOutgoing } from './composer/use-outgoing';
import { DiffPanel } from './diff/diff-panel';
import { PlacesProvider } from './diff/places';
import { SessionHeader } from './header/session-header';
import { PanelTabs, type PanelName } from './header/panel-tabs';
import { SessionProvider } from './session-context';
import { SessionDock } from './session-dock';
import { SessionTitle } from './session-title';
import { TimelinePanel } from './timeline/timeline-panel';
import { useCommands } from './use-commands';
import { useLiveSession } from './use-live-session';

/** One session: what was said and done, what is waiting, the change so far, and where one says more. */
export function SessionScreen({ page }: { page: OpenedPage }) {
  const sessionId = page.session.id;
  const { view, session } = useLiveSession(page);
  const outgoing = useOutgoing(sessionId, view.items);
  const commands = useCommands(sessionId, outgoing);
  const prompt = useRef<HTMLTextAreaElement>(null);
  const [panel, setPanel] = useState<PanelName>('timeline');
  const [isDiffShown, setIsDiffShown] = useState(true);
  const showPanel = useCallback(() => {
    setIsDiffShown(true);
    setPanel('diff');
  }, []);
  const status = sessionStatus(view.session);
  const { running } = view.session;
  const stop = running && !running.isStopRequested ? () => commands.stop(running.turnId) : null;
  const archive = useArchive();
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
    { id: 'panel.timeline', title: 'Timeline', group: 'Panels', keys: 't', run: () => setPanel('timeline') },
    {
      ...{ id: 'panel.diff', title: 'Change', group: 'Panels', keys: 'd', words: 'diff' },
      run: () => {
        setIsDiffShown(panel === 'diff' ? false : !isDiffShown);
        setPanel(panel === 'diff' ? 'timeline' : 'diff');
      },
    },
  ]);
  return (
    <SessionProvider sessionId={sessionId} live={session} commands={commands}>
      <div className="flex h-dvh flex-col">
        <SessionTitle title={view.session.title} status={status.kind} sync={view.state.kind} />
        <SessionHeader page={page} view={view} status={status} />
        <PanelTabs panel={panel} onPanel={setPanel} />
        <div className="flex min-h-0 flex-1">
          <main
            className={classNames(
              'min-h-0 min-w-0 flex-1 flex-col lg:flex',
              panel === 'timeline' ? 'flex' : 'hidden',
            )}
          >
            <TimelinePanel view={view} />
          </main>
          <aside
            aria-label="Change"
            className={classNames(
              'min-h-0 w-full min-w-0 flex-col lg:w-[46%] lg:border-l',
              panel === 'diff' ? 'flex' : 'hidden',
              isDiffShown ? 'lg:flex' : 'lg:hidden',
            )}
          >
            <PlacesProvider onShow={showPanel}>
              <DiffPanel sessionId={sessionId} view={view} />
            </PlacesProvider>
          </aside>
        </div>
        <SessionDock {...{ page, view, session, commands, outgoing, stop }} promptRef={prompt} />
        {archive.dialog}
      </div>
    </SessionProvider>
  );
}
