import { isSeen, nameOf, seenTexts, type SeenText, upwards } from './text';

/** What is wrong with how a page lies in its window. */
export interface LayoutFault {
  check: 'overflow' | 'clipped-text';
  what: string;
}

const CONTROLS = 'button, a[href], summary, [role=button], [role=tab], [role=option], [role=menuitem]';

/** Slack for rounding, and for letters that are higher than their line. */
const SIDE_PX = 1;
const HEIGHT_PX = 4;

/**
 * Finds a page that scrolls sideways, text that sticks out where nothing scrolls to it, and text that leaves its
 * button or link. A text that is cut is fine where a `title` or a label has all of it.
 */
export function findLayoutFaults(): LayoutFault[] {
  return [...overflow(), ...[...document.querySelectorAll(CONTROLS)].filter(isSeen).flatMap(clippedText)];
}

function overflow(): LayoutFault[] {
  const { scrollWidth, clientWidth } = document.documentElement;
  const wider = scrollWidth - clientWidth;
  const page = wider > 0 ? [`the page is ${wider} px wider than its window`] : [];
  const texts = seenTexts(document.body)
    .filter(({ rects }) =>
      rects.some(({ left, right }) => right > clientWidth + SIDE_PX || right < 0 || left < -SIDE_PX),
    )
    .filter(({ parent }) => !upwards(parent, document.body).some(clips))
    .map(({ parent }) => `${nameOf(parent)} sticks out of the window`);
  return [...page, ...texts].map((what) => ({ check: 'overflow', what }));
}

function clippedText(control: Element): LayoutFault[] {
  const isLost = seenTexts(control).some((text) => losesText(control, text));
  return isLost ? [{ check: 'clipped-text', what: nameOf(control) }] : [];
}

function losesText(control: Element, { parent, rects }: SeenText): boolean {
  const between = [...upwards(parent, control), control];
  const cutting = between.filter(clips);
  if (cutting.length === 0) return rects.some((rect) => leaves(rect, control));
  const cutter = cutting.find((frame) => rects.some((rect) => leaves(rect, frame)));
  if (!cutter || /auto|scroll/.test(getComputedStyle(cutter).overflowX)) return false;
  return !control.hasAttribute('aria-label') && !upwards(parent, null).some((at) => at.hasAttribute('title'));
}

function clips(element: Element): boolean {
  return getComputedStyle(element).overflowX !== 'visible';
}

function leaves(rect: DOMRect, frame: Element): boolean {
  const { left, right, top, bottom } = frame.getBoundingClientRect();
  const isWide = rect.left < left - SIDE_PX || rect.right > right + SIDE_PX;
  return isWide || rect.top < top - HEIGHT_PX || rect.bottom > bottom + HEIGHT_PX;
}
