import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type { AxeResults, RunOptions } from 'axe-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The rules that depend on colours alone: all that another theme can break. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

export interface AxeFinding {
  rule: string;
  impact: string;
  what: string;
  /** The first few elements, as selectors with axe's own words. */
  where: string[];
}

/** What axe finds on the page as it is now: all of its rules, or those about colour. */
export async function findWithAxe(page: Page, scope: 'all' | 'colours'): Promise<AxeFinding[]> {
  // Evaluated by the debugger, which no content security policy of the page stops.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
  const options: RunOptions = {
    resultTypes: ['violations'],
    ...(scope === 'colours' ? { runOnly: COLOUR_RULES } : {}),
  };
  const { violations } = await page.evaluate(async (given) => {
    // The line above has put it there.
    const { axe } = window as unknown as {
      axe: { run: (at: Document, o: RunOptions) => Promise<AxeResults> };
    };
    return axe.run(document, given);
  }, options);
  return violations.map(({ id, impact, help, nodes }) => ({
    ...{ rule: id, impact: impact ?? 'unknown', what: help },
    where: nodes
      .slice(0, 3)
      .map((node) => `${node.target.join(' ')}: ${(node.failureSummary ?? '').split('\n')[1]?.trim() ?? ''}`),
  }));
}
