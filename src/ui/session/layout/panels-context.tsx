import { createContext, type ReactNode, use, useMemo, useState } from 'react';
import { useKeptText } from '../../kit/use-kept-text';
import {
  keptLayout,
  type PanelLayout,
  parseLayout,
  withPanel,
  withPanelToggled,
  withShare,
} from './panel-layout';
import type { PanelName } from './panel-name';
import { isWideNow } from './use-is-wide';

interface Panels {
  layout: PanelLayout;
  /** Shows a panel, for somebody who asked for what is in it. */
  show: (panel: PanelName) => void;
  /** What a panel's key does. */
  toggle: (panel: PanelName) => void;
  /** The width of the side panel, in percent. */
  setShare: (percent: number) => void;
}

const PanelsContext = createContext<Panels | null>(null);

/** Keeps the arrangement of the panels in this browser, the same for every session. */
export function PanelsProvider({ children }: { children: ReactNode }) {
  const [kept, setKept] = useKeptText('dispatch:panels');
  const [alone, setAlone] = useState<PanelName>('timeline');
  const panels = useMemo((): Panels => {
    const layout: PanelLayout = { ...parseLayout(kept), alone };
    const change = (next: PanelLayout) => {
      setKept(keptLayout(next));
      setAlone(next.alone);
    };
    return {
      layout,
      show: (panel) => change(withPanel(layout, panel)),
      toggle: (panel) => change(withPanelToggled(layout, panel, { isWide: isWideNow() })),
      setShare: (percent) => change(withShare(layout, percent)),
    };
  }, [kept, setKept, alone]);
  return <PanelsContext value={panels}>{children}</PanelsContext>;
}

/** Which panels are shown on a session's screen, and the ways to change that. */
export function usePanels(): Panels {
  const panels = use(PanelsContext);
  if (!panels) throw new Error('This component belongs on the screen of a session.');
  return panels;
}
