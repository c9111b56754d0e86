/** The longest side of a picture: a larger one is scaled down by models anyway, and costs more. */
export const MAX_SIDE = 1_568;
/** Text on a page that is scaled down further can't be read. */
const MIN_SCALE = 0.4;
/** What is sharp on a phone's screen, and no more. */
const MAX_SCALE = 2;

export interface Fit {
  /** The part of the page that is shown, from its top left corner, in CSS pixels. */
  width: number;
  height: number;
  /** Pixels of the picture for each of them. */
  scale: number;
  /** The page goes on below. */
  isCut: boolean;
}

/** How much of a page is shown and how large, so that no side is longer than `MAX_SIDE` and its text can be read. */
export function fit(page: { width: number; height: number }): Fit {
  const height = Math.min(page.height, Math.floor(MAX_SIDE / MIN_SCALE));
  const width = Math.min(page.width, Math.floor(MAX_SIDE / MIN_SCALE));
  const scale = Math.min(MAX_SCALE, MAX_SIDE / Math.max(width, height));
  // A desktop's window is as sharp as its pixels; only a narrow one gains by more.
  const sharp = width > 800 ? Math.min(1, scale) : scale;
  return { width, height, scale: sharp, isCut: page.height > height || page.width > width };
}
