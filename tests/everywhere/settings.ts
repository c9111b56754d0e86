import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { describe, expect, it } from 'vitest';
import { apiClient } from '@/embedded/stack/browser-sign-in';
import { open } from './page-keys';
import type { World } from './world';

/** What the pages of the settings do and show. */
export function describeSettings(world: World): void {
  const apiOf = (token: string) => apiClient(world.baseUrl, { authorization: `Bearer ${token}` });

  describe('a token of one’s own', () => {
    const section = (page: Page) => page.getByRole('region', { name: 'Tokens', exact: true });

    async function create(page: Page, name: string): Promise<string> {
      await open(page, '/settings/me');
      await section(page).getByRole('textbox', { name: 'What it is for' }).fill(name);
      await section(page).getByRole('button', { name: 'Create token' }).click();
      return section(page).locator('pre').innerText();
    }

    it('is shown once and acts as who made it', async () => {
      const { page } = world.ada;
      const name = `script ${randomUUID().slice(0, 8)}`;
      const token = await create(page, name);
      expect((await apiOf(token).auth.whoami.query()).person.login).toBe('ada');
      await page.reload();
      await section(page).getByText(name).waitFor();
      expect(await page.content()).not.toContain(token);
    });

    it('is refused from the moment on that it is revoked', async () => {
      const { page } = world.ada;
      const name = `to revoke ${randomUUID().slice(0, 8)}`;
      const api = apiOf(await create(page, name));
      await api.auth.whoami.query();
      await page.getByRole('button', { name: 'I have copied it' }).click();
      const row = section(page).getByRole('listitem').filter({ hasText: name });
      await row.getByRole('button', { name: 'Revoke' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
      await row.waitFor({ state: 'detached' });
      await expect(api.auth.whoami.query()).rejects.toMatchObject({ data: { appCode: 'unauthenticated' } });
    });
  });

  describe('settings', () => {
    it('keep defaults, and show what the repository tells agents and how each part is', async () => {
      const { page } = world.ada;
      await open(page, '/settings/me');
      await page.getByRole('combobox', { name: 'Effort' }).selectOption('High');
      await page.getByText('Saved.').waitFor();
      await page.reload();
      expect(await page.getByRole('combobox', { name: 'Effort' }).inputValue()).toBe('high');
      expect(await world.api().preferences.get.query()).toMatchObject({ effort: 'high' });
      await open(page, '/settings/repositories');
      await page
        .getByLabel('AGENTS.md on main, as the agent reads it')
        .getByText('# Rules for agents')
        .waitFor();
      await open(page, '/settings/models');
      await page.getByText('is no language model').first().waitFor();
      await open(page, '/settings/health');
      await page.locator('[data-state]').first().waitFor();
      expect(await page.locator('[data-state=fail]').allInnerTexts()).toEqual([]);
      expect(await page.locator('[data-state=ok]').count()).toBeGreaterThanOrEqual(6);
    });
  });
}
