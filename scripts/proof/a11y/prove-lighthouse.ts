import type { Browser } from '@playwright/test';
import lighthouse, { desktopConfig } from 'lighthouse';
import { newCast, signedInCookie } from '../../shots/stage/cast';
import type { Stage } from '../../shots/stage/open-stage';
import { scenesNamed } from '../../shots/screens';
import type { PartResult } from './prove-a11y';

const PAGES = ['sign-in/ready', 'home/live', 'session/idle', 'settings/me'];

/** Of 100, for accessibility and for best practices. */
const MIN_SCORE = 95;
const SCORED = ['accessibility', 'best-practices', 'performance'] as const;
type Category = (typeof SCORED)[number];
/** Of what Lighthouse tells of a lost point; the whole is for its own report. */
const MAX_DETAILS = 900;
const PROMISED: readonly Category[] = ['accessibility', 'best-practices'];

interface PageScores {
  page: string;
  scores: Record<Category, number>;
  /** What cost points in the promised categories. */
  lost: string[];
  largestPaintMs: number;
  blockingMs: number;
}

/** Lighthouse on the built app, as on a desktop: at least 95 for accessibility and best practices. */
export async function proveLighthouse(
  { stage, browser, debugPort }: { stage: Stage; browser: Browser; debugPort: number },
  say: (line: string) => void,
): Promise<PartResult> {
  const pages: PageScores[] = [];
  for (const { name, scene } of scenesNamed(PAGES)) {
    const cast = await newCast(stage);
    const path = await scene.at({ stage, cast });
    const cookie = scene.as === null ? null : await signedInCookie(stage, cast.people[scene.as]);
    const headers = cookie ? { Cookie: `${cookie.name}=${cookie.value}` } : {};
    const scored = await score(`${stage.url}${path}`, { port: debugPort, headers });
    pages.push({ page: name, ...scored });
    say(
      `  ${name.padEnd(20)} ${SCORED.map((category) => `${category} ${scored.scores[category]}`).join(', ')}`,
    );
  }
  const failures = pages.flatMap(({ page, scores, lost }) =>
    PROMISED.filter((category) => scores[category] < MIN_SCORE).map(
      (category) => `${page}: ${category} ${scores[category]} of at least ${MIN_SCORE}: ${lost.join('; ')}`,
    ),
  );
  return { failures, figures: { version: browser.version(), pages } };
}

/** The first of what an audit lists, in its own form. */
function detailsOf(details: unknown): string {
  return details === undefined ? '' : JSON.stringify(details).slice(0, MAX_DETAILS);
}

async function score(
  url: string,
  { port, headers }: { port: number; headers: Record<string, string> },
): Promise<Omit<PageScores, 'page'>> {
  const result = await lighthouse(
    url,
    {
      ...{ port, output: 'json', logLevel: 'error', extraHeaders: headers, disableStorageReset: true },
      onlyCategories: [...SCORED],
    },
    desktopConfig,
  );
  if (!result) throw new Error(`Lighthouse answered nothing for ${url}.`);
  const { categories, audits } = result.lhr;
  const scoreOf = (category: Category): number => Math.round((categories[category]?.score ?? 0) * 100);
  const lost = PROMISED.flatMap((category) =>
    (categories[category]?.auditRefs ?? []).flatMap(({ id, weight }) => {
      const audit = audits[id];
      return audit?.score != null && audit.score < 1 && weight > 0
        ? [`${audit.title} ${detailsOf(audit.details)}`]
        : [];
    }),
  );
  return {
    scores: {
      accessibility: scoreOf('accessibility'),
      'best-practices': scoreOf('best-practices'),
      performance: scoreOf('performance'),
    },
    lost,
    largestPaintMs: Math.round(audits['largest-contentful-paint']?.numericValue ?? 0),
    blockingMs: Math.round(audits['total-blocking-time']?.numericValue ?? 0),
  };
}
