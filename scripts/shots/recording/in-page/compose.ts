// Runs in a page of its own: puts what several windows show side by side and answers only what changed since the
// frame before, as WebP.

export interface ChangedPiece {
  x: number;
  y: number;
  width: number;
  height: number;
  /** Base64. */
  webp: string;
}

const QUALITY = 0.7;
/** A bar between two windows. */
const GAP_PX = 2;
const BAR = '#4a4f57';

let before: ImageData | null = null;

/** Draws the windows' pictures (base64 PNG), from left to right; null when nothing changed. */
export async function addFrame(pictures: readonly string[]): Promise<ChangedPiece | null> {
  const images = await Promise.all(pictures.map(load));
  const width = images.reduce((sum, image) => sum + image.width, 0) + GAP_PX * (images.length - 1);
  const height = Math.max(...images.map((image) => image.height));
  const context = canvasOf(width, height);
  context.fillStyle = BAR;
  context.fillRect(0, 0, width, height);
  let x = 0;
  for (const image of images) {
    context.drawImage(image, x, 0);
    x += image.width + GAP_PX;
  }
  const now = context.getImageData(0, 0, width, height);
  const changed = before ? changedRect(before, now) : { x: 0, y: 0, width, height };
  before = now;
  return changed ? { ...changed, webp: await encode(context, changed) } : null;
}

async function load(base64: string): Promise<ImageBitmap> {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return createImageBitmap(new Blob([bytes], { type: 'image/png' }));
}

function canvasOf(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d', { alpha: false });
  if (!context) throw new Error('This browser draws on no canvas.');
  return context;
}

interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The smallest rectangle at even pixels that holds all differences. */
function changedRect(one: ImageData, other: ImageData): Rect | null {
  const [a, b] = [new Uint32Array(one.data.buffer), new Uint32Array(other.data.buffer)];
  let [left, top, right, bottom] = [one.width, one.height, -1, -1];
  for (let at = 0; at < a.length; at += 1) {
    if (a[at] === b[at]) continue;
    const [x, y] = [at % one.width, Math.floor(at / one.width)];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  if (right < 0) return null;
  const [x, y] = [left - (left % 2), top - (top % 2)];
  return { x, y, width: right - x + 1, height: bottom - y + 1 };
}

async function encode(
  context: OffscreenCanvasRenderingContext2D,
  { x, y, width, height }: Rect,
): Promise<string> {
  const piece = canvasOf(width, height);
  piece.drawImage(context.canvas, -x, -y);
  const blob = await piece.canvas.convertToBlob({ type: 'image/webp', quality: QUALITY });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
