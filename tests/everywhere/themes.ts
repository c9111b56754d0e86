import type { Page } from '@playwright/test';
import { describe, expect, it } from 'vitest';
import { firstFrame, noteFirstFrame } from './first-frame';
import { choose, open, sheet } from './page-keys';
import type { World } from './world';

/** Themes, contrast and motion, as a person and as their system want them. */
export function describeThemes(world: World): void {
  describe('a theme', () => {
    const background = (page: Page) =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);

    it('is chosen in the palette, in every tab, and there from the first frame on', async () => {
      const { page, context } = world.ada;
      const other = await context.newPage();
      await open(other, '/settings/models');
      await open(page, '/settings/me');
      const light = await background(page);
      await choose(page, 'theme high contrast dark');
      await expect.poll(() => background(other)).toBe(await background(page));
      expect(await background(page)).not.toBe(light);
      await other.addInitScript(noteFirstFrame);
      await open(other, '/settings/me');
      expect(await firstFrame(other)).toEqual({ first: await background(page), changes: 0 });
      expect(await other.getByRole('radio', { name: 'High contrast, dark' }).isChecked()).toBe(true);
      await other.close();
    });

    it('is left to the system again in the settings, with more contrast where the system wants it', async () => {
      const { page } = world.ada;
      await open(page, '/settings/me');
      await page.getByRole('radio', { name: 'As the system' }).check();
      const token = () => page.evaluate(() => getComputedStyle(document.documentElement).color);
      await page.emulateMedia({ colorScheme: 'light' });
      const light = await background(page);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await background(page)).not.toBe(light);
      const usual = await token();
      await page.emulateMedia({ colorScheme: 'dark', contrast: 'more' });
      expect(await token()).not.toBe(usual);
      await page.emulateMedia({ colorScheme: null, contrast: null });
    });

    it('has no motion where none is wanted', async () => {
      const { page } = world.ada;
      const motion = async () => {
        await page.keyboard.press('?');
        const name = await sheet(page).evaluate((dialog) => getComputedStyle(dialog).animationName);
        await page.keyboard.press('Escape');
        await sheet(page).waitFor({ state: 'detached' });
        return name;
      };
      await page.emulateMedia({ reducedMotion: null });
      await open(page, '/settings/me');
      expect(await motion()).toBe('appear');
      await page.emulateMedia({ reducedMotion: 'reduce' });
      expect(await motion()).toBe('none');
      await page.emulateMedia({ reducedMotion: null });
    });
  });
}
