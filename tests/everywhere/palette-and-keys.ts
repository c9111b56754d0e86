import { describe, expect, it } from 'vitest';
import { choose, focused, open, palette, search, sheet } from './page-keys';
import type { World } from './world';

/** The palette, the sheet and the keys, which all tell the same. */
export function describePaletteAndKeys(world: World): void {
  describe('the palette', () => {
    it('opens on its key from inside a field, finds a page, and gives the focus back when it is left', async () => {
      const { page } = world.ada;
      await open(page, '/');
      const prompt = page.getByRole('textbox').last();
      await prompt.focus();
      const before = await focused(page);
      await page.keyboard.press('Control+k');
      await palette(page).waitFor();
      expect(await focused(page)).toBe(await search(page).getAttribute('aria-label'));
      await page.keyboard.press('Escape');
      await palette(page).waitFor({ state: 'detached' });
      expect(await focused(page)).toBe(before);
      await choose(page, 'settings mod');
      await page.waitForURL('**/settings/models');
      expect(await page.title()).toBe('Models · Settings · Dispatch');
    });

    it('shows beside each command the key that the sheet has for it', async () => {
      const { page } = world.ada;
      await open(page, '/settings/me');
      await page.keyboard.press('?');
      await sheet(page).waitFor();
      const rows = await sheet(page).locator('dl > div').all();
      const keys = new Map(
        await Promise.all(
          rows.map(async (row): Promise<[string, string]> => [
            ...([
              await row.locator('dt').innerText(),
              (await row.locator('kbd').allInnerTexts()).join(' '),
            ] as const),
          ]),
        ),
      );
      await page.keyboard.press('Escape');
      await sheet(page).waitFor({ state: 'detached' });
      expect(keys.get('New session')).toBe('c');
      expect(keys.get('Search and commands')).toBe('Ctrl K');
      await page.keyboard.press('Control+k');
      await palette(page).getByRole('option').first().waitFor();
      for (const title of ['New session', 'Next thing that needs you', 'All keys', 'All sessions']) {
        const option = palette(page).getByRole('option', { name: title });
        expect(await option.locator('kbd').allInnerTexts()).toEqual([keys.get(title)]);
      }
      await page.keyboard.press('Escape');
    });

    it('moves with the arrows, says which entry is meant, and says when there is none', async () => {
      const { page } = world.ada;
      await open(page, '/settings/me');
      await page.keyboard.press('Control+k');
      const meant = async () => {
        const id = await search(page).getAttribute('aria-activedescendant');
        return palette(page)
          .locator(`[id="${id ?? ''}"]`)
          .getAttribute('aria-selected');
      };
      await palette(page).getByRole('option').first().waitFor();
      const first = await search(page).getAttribute('aria-activedescendant');
      await page.keyboard.press('ArrowDown');
      expect(await search(page).getAttribute('aria-activedescendant')).not.toBe(first);
      expect(await meant()).toBe('true');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('ArrowUp');
      expect(await meant()).toBe('true');
      await search(page).fill('there is nothing like it');
      await palette(page).getByText('Nothing is called “there is nothing like it”.').waitFor();
      await page.keyboard.press('Escape');
    });
  });

  describe('keys', () => {
    it('lead from anywhere to a new prompt, and are text inside of it', async () => {
      const { page } = world.ada;
      await open(page, '/settings/health');
      await page.keyboard.press('c');
      await page.waitForURL((url) => url.pathname === '/');
      const prompt = page.getByRole('textbox').last();
      await expect.poll(() => prompt.evaluate((field) => field === document.activeElement)).toBe(true);
      await page.keyboard.type('c?,h');
      expect(await prompt.inputValue()).toBe('c?,h');
      await prompt.fill('');
      await page.keyboard.press('Escape');
      await page.keyboard.press(',');
      await page.waitForURL('**/settings/me');
      await page.keyboard.press('h');
      await page.waitForURL((url) => url.pathname === '/');
    });

    it('do nothing behind the sheet, which closes on its own key', async () => {
      const { page } = world.ada;
      await open(page, '/settings/me');
      await page.keyboard.press('?');
      await sheet(page).waitFor();
      await page.keyboard.press('h');
      await page.keyboard.press('?');
      await sheet(page).waitFor({ state: 'detached' });
      expect(new URL(page.url()).pathname).toBe('/settings/me');
    });
  });
}
