import { type ComponentType, lazy, type LazyExoticComponent, Suspense } from 'react';
import type { SessionId } from '@/domain/ids';
import { Button } from '../../kit/button';
import { classNames } from '../../kit/class-names';
import { Skeleton } from '../../kit/skeleton';
import type { LiveView } from '../../live/live-session';
import { PANEL_ID, PANEL_WORDS, SIDE_PANELS, type SidePanelName } from './panel-name';
import { PanelTabs } from './panel-tabs';
import { Splitter } from './splitter';
import { usePanels } from './panels-context';
import { useIsWide } from './use-is-wide';

/** What every side panel is given. */
export interface PanelProps {
  sessionId: SessionId;
  view: LiveView;
}

/** Each panel is loaded when it is first looked at. */
const CONTENT = {
  diff: lazy(async () => ({ default: (await import('../diff/diff-panel')).DiffPanel })),
  files: lazy(async () => ({ default: (await import('../files/files-panel')).FilesPanel })),
  terminal: lazy(async () => ({ default: (await import('../terminal/terminal-panel')).TerminalPanel })),
  ports: lazy(async () => ({ default: (await import('../ports/ports-panel')).PortsPanel })),
  todo: lazy(async () => ({ default: (await import('../todo/todo-panel')).TodoPanel })),
  people: lazy(async () => ({ default: (await import('../people/people-panel')).PeoplePanel })),
  sandbox: lazy(async () => ({ default: (await import('../sandbox/sandbox-panel')).SandboxPanel })),
} satisfies Record<SidePanelName, LazyExoticComponent<ComponentType<PanelProps>>>;

/** One panel beside the timeline, chosen by its tab; on a phone it has the screen for itself. */
export function SidePanel(props: PanelProps) {
  const { layout, show, toggle, setShare } = usePanels();
  const isWide = useIsWide();
  const { side, isSideOpen, alone, sharePercent } = layout;
  const isShown = isWide ? isSideOpen : alone !== 'timeline';
  const Content = CONTENT[side];
  return (
    <div
      id="side-panel"
      // On a phone it is what the page is about.
      role={isWide ? 'complementary' : 'main'}
      aria-label={PANEL_WORDS[side].label}
      className={classNames(
        'relative min-h-0 w-full min-w-0 flex-col md:w-(--side-width) md:min-w-72',
        alone === 'timeline' ? 'max-md:hidden' : 'flex',
        isSideOpen ? 'md:flex' : 'md:hidden',
      )}
    >
      <Splitter sharePercent={sharePercent} onShare={setShare} />
      <div className="hidden h-9 shrink-0 items-stretch justify-between border-b bg-surface md:flex">
        <PanelTabs panels={SIDE_PANELS} shown={side} onShow={show} />
        <Button
          variant="quiet"
          size="small"
          className="mr-1 self-center"
          aria-label="Close the side panel"
          title="Close the side panel"
          onClick={() => toggle(side)}
        >
          ✕
        </Button>
      </div>
      <div
        role="tabpanel"
        id={PANEL_ID}
        tabIndex={-1}
        aria-label={PANEL_WORDS[side].label}
        className="flex min-h-0 flex-1 flex-col -outline-offset-2"
      >
        {isShown && (
          <Suspense fallback={<PanelSkeleton />}>
            <Content {...props} />
          </Suspense>
        )}
      </div>
    </div>
  );
}

function PanelSkeleton() {
  return (
    <div className="p-4">
      <Skeleton lines={4} />
    </div>
  );
}
