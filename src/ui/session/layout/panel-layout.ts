import { type PanelName, SIDE_PANELS, type SidePanelName } from './panel-name';

/** How a person has arranged the panels in this browser. */
export interface PanelLayout {
  /** The panel beside the timeline, where there is room for one. */
  side: SidePanelName;
  isSideOpen: boolean;
  /** How much of the width the side panel takes, in percent. */
  sharePercent: number;
  /** The one that is seen where there is room for one only. */
  alone: PanelName;
}

export const SHARE = { min: 22, max: 70, default: 44 } as const;

export const DEFAULT_LAYOUT: PanelLayout = {
  side: 'diff',
  isSideOpen: true,
  sharePercent: SHARE.default,
  alone: 'timeline',
};

/** Shows a panel, wherever it is looked for. */
export function withPanel(layout: PanelLayout, panel: PanelName): PanelLayout {
  if (panel === 'timeline') return { ...layout, alone: panel };
  return { ...layout, side: panel, isSideOpen: true, alone: panel };
}

/** What a panel's key does: shows it, and when it is shown already, goes back to the timeline alone. */
export function withPanelToggled(
  layout: PanelLayout,
  panel: PanelName,
  { isWide }: { isWide: boolean },
): PanelLayout {
  if (panel === 'timeline') return withPanel(layout, panel);
  const isShown = isWide ? layout.isSideOpen && layout.side === panel : layout.alone === panel;
  if (!isShown) return withPanel(layout, panel);
  return { ...layout, isSideOpen: isWide ? false : layout.isSideOpen, alone: 'timeline' };
}

/** The width of the side panel, within what leaves room for both. */
export function withShare(layout: PanelLayout, percent: number): PanelLayout {
  const sharePercent = Math.round(Math.min(SHARE.max, Math.max(SHARE.min, percent)) * 10) / 10;
  return { ...layout, sharePercent };
}

/** What a browser remembers of it. On a phone everybody begins with the timeline, so that is not remembered. */
export function keptLayout({ side, isSideOpen, sharePercent }: PanelLayout): string {
  return JSON.stringify({ side, isSideOpen, sharePercent });
}

/** What was remembered, as far as it can be understood. */
export function parseLayout(text: string): PanelLayout {
  const kept = readRecord(text);
  const side = SIDE_PANELS.find((name) => name === kept['side']) ?? DEFAULT_LAYOUT.side;
  const isSideOpen = typeof kept['isSideOpen'] === 'boolean' ? kept['isSideOpen'] : DEFAULT_LAYOUT.isSideOpen;
  const share = typeof kept['sharePercent'] === 'number' ? kept['sharePercent'] : DEFAULT_LAYOUT.sharePercent;
  return withShare({ ...DEFAULT_LAYOUT, side, isSideOpen }, share);
}

function readRecord(text: string): Record<string, unknown> {
  try {
    const kept: unknown = JSON.parse(text);
    return typeof kept === 'object' && kept !== null ? { ...kept } : {};
  } catch {
    // Nothing was kept, or by another version: everybody starts with the same layout.
    return {};
  }
}
