import type { Browser, Page } from '@playwright/test';
import { fit } from './fit';
import { type PictureAnswer, type PictureRequest, VIEWPORTS } from './protocol';
import { isLoopback, pageAddress, TargetError } from './target';

/** How long a page may take to load, and what is waited for to be seen. */
export interface Patience {
  loadMs: number;
  waitMs: number;
}
const PATIENCE: Patience = { loadMs: 20_000, waitMs: 10_000 };
/** A page that goes on asking for things is shown as it is then. */
const QUIET_MS = 2_000;
/** A PNG that is larger is a photograph, which is smaller as a JPEG. */
const MAX_PNG_BYTES = 2 * 1024 * 1024;
const JPEG_QUALITY = 80;

/** A picture of a page as a person would see it. Throws TargetError with words for the agent. */
export async function takePicture(
  browser: Browser,
  request: PictureRequest,
  { loadMs, waitMs } = PATIENCE,
): Promise<PictureAnswer> {
  const address = pageAddress(request.page, request.folder);
  const context = await browser.newContext({
    viewport: VIEWPORTS[request.viewport],
    isMobile: request.viewport === 'phone',
    hasTouch: request.viewport === 'phone',
    ignoreHTTPSErrors: true,
  });
  const page = await context.newPage();
  const notes = await open(page, address, loadMs);
  if (request.waitFor !== '') await waitFor(page, request.waitFor, waitMs);
  refuseOutside(page);
  const picture = await capture(page, request);
  if (picture.isCut) notes.push('The page is longer than the picture: only its beginning is shown.');
  return { ok: true, ...picture.file, title: (await page.title()).slice(0, 200), address: page.url(), notes };
}

/** A page of the sandbox may lead elsewhere, by a redirect or a script. */
function refuseOutside(page: Page): void {
  const { protocol, hostname } = new URL(page.url());
  if (/^https?:$/.test(protocol) && !isLoopback(hostname)) {
    throw new TargetError(
      `The page leads to ${hostname}, outside of this sandbox, which no picture is taken of.`,
    );
  }
}

/** What should be said beside the picture. */
async function open(page: Page, address: URL, timeout: number): Promise<string[]> {
  try {
    const response = await page.goto(address.href, { waitUntil: 'load', timeout });
    await page.waitForLoadState('networkidle', { timeout: QUIET_MS }).catch(ifLate);
    const status = response?.status() ?? 200;
    return status >= 400 ? [`The server answered with ${status}.`] : [];
  } catch (error) {
    throw new TargetError(explain(error, { address, timeout }), { cause: error });
  }
}

function ifLate(error: unknown): void {
  if (!isTimeout(error)) throw error;
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}

function explain(error: unknown, { address, timeout }: { address: URL; timeout: number }): string {
  const text = error instanceof Error ? error.message : String(error);
  if (isTimeout(error)) return `${address.href} did not load within ${timeout / 1_000} seconds.`;
  if (text.includes('ERR_CONNECTION_REFUSED'))
    return `Nothing listens at ${address.host}. Start the server in the background and wait until it answers.`;
  return `${address.href} can't be shown: ${text.split('\n')[0] ?? text}`;
}

async function waitFor(page: Page, selector: string, timeout: number): Promise<void> {
  try {
    await page.locator(selector).first().waitFor({ state: 'visible', timeout });
  } catch (error) {
    const why = isTimeout(error)
      ? `was not seen within ${timeout / 1_000} seconds`
      : 'is no selector that the browser knows';
    throw new TargetError(`“${selector}” ${why}.`, { cause: error });
  }
}

type PictureFile = Pick<Extract<PictureAnswer, { ok: true }>, 'mime' | 'base64' | 'width' | 'height'>;

async function capture(page: Page, request: PictureRequest): Promise<{ file: PictureFile; isCut: boolean }> {
  const window = VIEWPORTS[request.viewport];
  const whole = request.isWhole ? await sizeOf(page) : window;
  const { width, height, scale, isCut } = fit({
    width: Math.max(window.width, whole.width),
    height: Math.max(window.height, whole.height),
  });
  const protocol = await page.context().newCDPSession(page);
  const shoot = async (format: 'png' | 'jpeg'): Promise<string> => {
    const { data } = await protocol.send('Page.captureScreenshot', {
      ...(format === 'jpeg' ? { format, quality: JPEG_QUALITY } : { format }),
      clip: { x: 0, y: 0, width, height, scale },
      captureBeyondViewport: true,
    });
    return data;
  };
  const png = await shoot('png');
  const isLarge = png.length * 0.75 > MAX_PNG_BYTES;
  const file = {
    ...(isLarge
      ? { mime: 'image/jpeg' as const, base64: await shoot('jpeg') }
      : { mime: 'image/png' as const, base64: png }),
    width: Math.round(width * scale),
    height: Math.round(height * scale),
  };
  return { file, isCut };
}

async function sizeOf(page: Page): Promise<{ width: number; height: number }> {
  return page.evaluate(() => {
    const { scrollWidth: width, scrollHeight: height } = document.documentElement;
    return { width, height };
  });
}
