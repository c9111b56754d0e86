import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from '@playwright/test';
import { addToPage } from '../stage/page-script';
import { animatedWebp, type WebpFrame } from './animated-webp';
import type { ChangedPiece } from './in-page/compose';

const composer = fileURLToPath(new URL('in-page/compose.ts', import.meta.url));
const FRAME_MS = 250;
/** A still picture is shown no longer than this, however long nothing happened. */
const MAX_STILL_MS = 1_200;
/** How long the end stays before it begins anew. */
const END_MS = 3_000;

/** Films windows side by side while something happens in them, as an animated WebP. */
export class Film {
  readonly #windows: readonly Page[];
  readonly #table: Page;
  readonly #frames: WebpFrame[] = [];
  #isOn = true;
  #rolling: Promise<void> = Promise.resolve();

  private constructor(windows: readonly Page[], table: Page) {
    this.#windows = windows;
    this.#table = table;
  }

  /** Begins to film. */
  static async of(browser: Browser, windows: readonly Page[]): Promise<Film> {
    const film = new Film(windows, await browser.newPage());
    await addToPage(film.#table, composer, 'filmTable');
    film.#rolling = film.#roll();
    return film;
  }

  /** Ends it, and answers the file. */
  async cut(): Promise<Buffer> {
    this.#isOn = false;
    await this.#rolling;
    await this.#table.close();
    const last = this.#frames.at(-1);
    if (last) last.durationMs = END_MS;
    const sizes = this.#windows.map((page) => page.viewportSize() ?? { width: 0, height: 0 });
    const width = sizes.reduce((sum, size) => sum + size.width, 0) + 2 * (sizes.length - 1);
    return animatedWebp(this.#frames, { width, height: Math.max(...sizes.map(({ height }) => height)) });
  }

  async #roll(): Promise<void> {
    let lastAt = performance.now();
    while (this.#isOn) {
      const startedAt = performance.now();
      const pictures = await Promise.all(this.#windows.map(pictureOf));
      const piece = await this.#table.evaluate(compose, pictures);
      if (piece) {
        const before = this.#frames.at(-1);
        if (before) before.durationMs = Math.min(MAX_STILL_MS, Math.max(FRAME_MS / 2, startedAt - lastAt));
        lastAt = startedAt;
        this.#frames.push({ ...piece, durationMs: FRAME_MS, webp: Buffer.from(piece.webp, 'base64') });
      }
      await delay(Math.max(0, FRAME_MS - (performance.now() - startedAt)));
    }
  }
}

async function pictureOf(page: Page): Promise<string> {
  const picture = await page.screenshot({ caret: 'initial' });
  return picture.toString('base64');
}

/** Runs in the page that `addToPage` was called for. */
function compose(pictures: string[]): Promise<ChangedPiece | null> {
  const { filmTable } = window as unknown as {
    filmTable: { addFrame: (given: string[]) => Promise<ChangedPiece | null> };
  };
  return filmTable.addFrame(pictures);
}
