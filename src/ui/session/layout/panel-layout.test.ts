import { describe, expect, it } from 'vitest';
import {
  DEFAULT_LAYOUT,
  keptLayout,
  parseLayout,
  SHARE,
  withPanel,
  withPanelToggled,
  withShare,
} from './panel-layout';

const wide = { isWide: true };
const narrow = { isWide: false };

describe('the layout of the panels', () => {
  it('shows a panel beside the timeline and, where there is room for one only, instead of it', () => {
    expect(withPanel(DEFAULT_LAYOUT, 'todo')).toMatchObject({
      side: 'todo',
      isSideOpen: true,
      alone: 'todo',
    });
    expect(withPanel({ ...DEFAULT_LAYOUT, alone: 'todo' }, 'timeline')).toMatchObject({
      alone: 'timeline',
      side: 'diff',
    });
  });

  it('closes a panel by its own key, and changes to it by that key from another', () => {
    const closed = withPanelToggled(DEFAULT_LAYOUT, 'diff', wide);
    expect(closed.isSideOpen).toBe(false);
    expect(withPanelToggled(closed, 'diff', wide)).toMatchObject({ isSideOpen: true, side: 'diff' });
    expect(withPanelToggled(DEFAULT_LAYOUT, 'people', wide)).toMatchObject({
      isSideOpen: true,
      side: 'people',
    });
  });

  it('goes back to the timeline by the same key on a phone, and keeps the side panel for a wide window', () => {
    const shown = withPanelToggled(DEFAULT_LAYOUT, 'diff', narrow);
    expect(shown.alone).toBe('diff');
    expect(withPanelToggled(shown, 'diff', narrow)).toMatchObject({ alone: 'timeline', isSideOpen: true });
  });

  it('never takes all the width from one of them', () => {
    expect(withShare(DEFAULT_LAYOUT, 99).sharePercent).toBe(SHARE.max);
    expect(withShare(DEFAULT_LAYOUT, -5).sharePercent).toBe(SHARE.min);
  });

  it('is what was kept, as far as that can be understood', () => {
    const kept = withShare(withPanel(DEFAULT_LAYOUT, 'sandbox'), 33);
    expect(parseLayout(keptLayout(kept))).toEqual({ ...kept, alone: 'timeline' });
    expect(parseLayout('{"side":"nonsense","sharePercent":"wide","isSideOpen":false}')).toEqual({
      ...DEFAULT_LAYOUT,
      isSideOpen: false,
    });
    for (const broken of ['', '{', 'null', '7']) expect(parseLayout(broken)).toEqual(DEFAULT_LAYOUT);
  });
});
