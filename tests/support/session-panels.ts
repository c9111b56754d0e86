import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';

const AXE = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');

/** The panels beside a session's timeline, as a person finds them. */
export class SessionPanels {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** On a phone it is the page's main part, beside the timeline a complement of it. */
  get panel(): Locator {
    return this.page.locator('#side-panel');
  }

  tab(name: string): Locator {
    return this.page.getByRole('tab', { name }).filter({ visible: true });
  }

  button(name: string | RegExp): Locator {
    return this.panel.getByRole('button', { name, exact: true });
  }

  /** A file of the change. */
  file(path: string): Locator {
    return this.page.locator(`[data-diff-file=${JSON.stringify(path)}]`);
  }

  /** What a file of the change is folded with. */
  fold(path: string): Locator {
    return this.file(path).getByRole('heading').getByRole('button').first();
  }

  /** Its lines, as far as they are drawn. */
  lines(path: string): Locator {
    return this.file(path).locator('[data-line]');
  }

  /** Paths of the change, in their order. */
  paths(): Promise<(string | null)[]> {
    return this.page
      .locator('[data-diff-file]')
      .evaluateAll((sections) => sections.map((section) => section.getAttribute('data-diff-file')));
  }

  get turn(): Locator {
    return this.page.getByRole('combobox', { name: 'Turn' });
  }

  /** An entry of the tree of files. */
  entry(name: string): Locator {
    return this.page.getByRole('treeitem', { name, exact: true });
  }

  clipboard(): Promise<string> {
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  /** What axe finds wrong with the panel. */
  async flaws(): Promise<string[]> {
    await this.page.evaluate(AXE);
    return this.panel.evaluate(async (element) => {
      // The script above put it there.
      const { axe } = globalThis as unknown as {
        axe: { run(part: unknown): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      const { violations } = await axe.run(element);
      return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
    });
  }
}
