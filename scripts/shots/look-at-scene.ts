import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { findWithAxe } from './checks/axe';
import { layoutFaults } from './checks/page-checks';
import { watchPage } from './checks/watch';
import { type Look, type Size, THEME_NAMES, THEMES } from './looks';
import type { Scene, Setting } from './scenes/scene';
import type { NamedScene } from './screens';
import { newCast, signedInCookie } from './stage/cast';
import { whileReadingIsHeld } from './stage/hold-reading';
import type { Stage } from './stage/open-stage';
import { untilTakenOver } from './stage/until-taken-over';

export interface Finding {
  scene: string;
  check: 'overflow' | 'clipped-text' | 'axe' | 'missing-state' | 'console' | 'other-host';
  what: string;
  /** The looks in which it was seen; none for what does not depend on them. */
  looks: string[];
}

export interface SceneReport {
  scene: string;
  pictures: number;
  findings: Finding[];
  seconds: number;
}

export interface LookOptions {
  /** Where pictures go; null for none. */
  out: string | null;
  sizes: readonly Size[];
}

/** What a page is opened in, before it is looked at in every size. */
const FIRST_SIZE: Size = { width: 1_440, height: 900 };
const SHOWS_MS = 20_000;
const SETTLE_FRAMES = 2;
const MAX_FRAME_MS = 250;
/** A scene that takes longer hangs. */
const SCENE_MS = 150_000;
/** The width at which every rule of axe is asked about every theme; elsewhere colours are left out. */
const AXE_WIDTHS: ReadonlySet<number> = new Set([390, 1_440]);

/** Brings a scene about, checks it in every theme and width, and takes its pictures. */
export async function lookAtScene(
  { stage, browser }: { stage: Stage; browser: Browser },
  { name, scene }: NamedScene,
  { out, sizes }: LookOptions,
): Promise<SceneReport> {
  const startedAt = Date.now();
  const wanted = sizes.filter(({ width }) => scene.widths?.includes(width) ?? true);
  const setting: Setting = { stage, cast: await newCast(stage) };
  const findings = new Findings(name);
  let pictures = 0;
  const context = await openContext(browser, setting, { scene, sizes: wanted });
  const page = await context.newPage();
  const watch = watchPage(page, scene.expected);
  try {
    const path = await scene.at(setting);
    await scene.before?.(page);
    const look = async (): Promise<void> => {
      await show(page, { scene, setting, path });
      pictures = await lookAround(page, {
        findings,
        sizes: wanted,
        folder: out === null ? null : join(out, name),
        exempt: scene.exempt ?? [],
      });
    };
    const looking = scene.isHeld ? whileReadingIsHeld(stage, look) : look();
    await within(SCENE_MS, looking);
  } catch (error) {
    findings.add('missing-state', firstLines(error));
    if (out !== null) await keepFailure(page, join(out, name));
  }
  for (const error of new Set(watch.errors)) findings.add('console', error);
  for (const host of watch.hosts) findings.add('other-host', host);
  // What waits for requests that never end is not waited for.
  await context.close();
  const seconds = Math.round((Date.now() - startedAt) / 100) / 10;
  return { scene: name, pictures, findings: findings.all(), seconds };
}

async function openContext(
  browser: Browser,
  { stage, cast }: Setting,
  { scene, sizes }: { scene: Scene; sizes: readonly Size[] },
): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL: stage.url,
    viewport: (scene.widths ? sizes[0] : undefined) ?? FIRST_SIZE,
    ...THEMES.dark,
    reducedMotion: 'reduce',
  });
  if (scene.as !== null) await context.addCookies([await signedInCookie(stage, cast.people[scene.as])]);
  return context;
}

async function show(
  page: Page,
  { scene, setting, path }: { scene: Scene; setting: Setting; path: string },
): Promise<void> {
  page.setDefaultTimeout(SHOWS_MS);
  await page.goto(path, { waitUntil: scene.isHeld ? 'commit' : 'load' });
  if (scene.act) await untilTakenOver(page);
  await scene.act?.(page, setting);
  await scene.shows(page).waitFor({ timeout: SHOWS_MS });
}

interface Looking {
  findings: Findings;
  sizes: readonly Size[];
  folder: string | null;
  /** Rules of axe that are not asked. */
  exempt: readonly string[];
}

/** Every theme and width of the page as it is now, without loading it again. Answers how many pictures it took. */
async function lookAround(page: Page, { findings, sizes, folder, exempt }: Looking): Promise<number> {
  if (folder !== null) mkdirSync(folder, { recursive: true });
  let pictures = 0;
  for (const size of sizes) {
    await page.setViewportSize(size);
    for (const theme of THEME_NAMES) {
      const look = { theme, width: size.width };
      await page.emulateMedia(THEMES[theme]);
      await settle(page);
      await check(page, { findings, look, exempt });
      if (folder === null) continue;
      await page.screenshot({ path: join(folder, `${size.width}-${theme}.png`), animations: 'disabled' });
      pictures += 1;
    }
  }
  return pictures;
}

async function check(
  page: Page,
  { findings, look, exempt }: Pick<Looking, 'findings' | 'exempt'> & { look: Look },
): Promise<void> {
  const isFirstTheme = look.theme === THEME_NAMES[0];
  if (isFirstTheme)
    for (const { check: name, what } of await layoutFaults(page)) findings.add(name, what, look);
  if (!AXE_WIDTHS.has(look.width)) return;
  for (const { rule, impact, what, where } of await findWithAxe(page, isFirstTheme ? 'all' : 'colours')) {
    if (exempt.includes(rule)) continue;
    findings.add('axe', `${rule} (${impact}): ${what} — ${where.join(' | ')}`, look);
  }
}

/** Until fonts are there and what follows the size of the window has followed it. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(
    async ({ frames, frameMs }) => {
      await document.fonts.ready;
      for (let frame = 0; frame < frames; frame += 1) {
        // A page that nothing changes may be given no frame at all.
        await Promise.race([
          new Promise(requestAnimationFrame),
          new Promise((done) => setTimeout(done, frameMs)),
        ]);
      }
    },
    { frames: SETTLE_FRAMES, frameMs: MAX_FRAME_MS },
  );
}

/** The work's end; rejects when it takes longer, since a page that hangs answers nothing at all. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  const limit = new AbortController();
  const late = delay(ms, undefined, { signal: limit.signal }).then(() => {
    throw new Error(`It was not over after ${ms / 1_000} s.`);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    limit.abort();
    await late.catch(() => undefined); // the limit that was just taken away
  }
}

async function keepFailure(page: Page, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  // A page that was never there has no picture; the finding says why already.
  await page.screenshot({ path: join(folder, 'missing.png') }).catch(() => undefined);
}

function firstLines(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n').slice(0, 6).join(' ').slice(0, 500);
}

/** The same thing seen in several looks is one finding. */
class Findings {
  readonly #scene: string;
  readonly #all = new Map<string, Finding>();

  constructor(scene: string) {
    this.#scene = scene;
  }

  add(check: Finding['check'], what: string, look?: Look): void {
    const key = `${check} ${what}`;
    const finding = this.#all.get(key) ?? { scene: this.#scene, check, what, looks: [] };
    const seenIn = look ? `${look.width}-${look.theme}` : null;
    if (seenIn !== null && !finding.looks.includes(seenIn)) finding.looks.push(seenIn);
    this.#all.set(key, finding);
  }

  all(): Finding[] {
    return [...this.#all.values()];
  }
}
