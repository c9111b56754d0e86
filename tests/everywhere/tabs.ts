import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { icon, open, palette, search } from './page-keys';
import { newIds, newPrompt, type World } from './world';

const SLOW = 'run `for i in $(seq 20); do echo tick $i; sleep 1; done`';

/** What the title and the picture of a tab say. */
export function describeTabs(world: World): void {
  describe('the tab of a session', () => {
    it('says when the agent is at work, when it is not, and when the browser is alone', async () => {
      const { page, context } = world.ada;
      const ids = newIds();
      const word = randomUUID().slice(0, 8);
      const text = `create notes/${word}.md with: a note; then ${SLOW}`;
      await world.api().sessions.create.mutate({
        ...ids,
        repository: { address: 'acme/playground' },
        prompt: newPrompt(text),
      });
      await open(page, `/s/${ids.sessionId}`);
      await expect.poll(() => page.title()).toMatch(/^● .* · Dispatch$/);
      expect(await icon(page)).toBe('/icons/working.svg');
      const { session } = await world.api().sessions.get.query({ sessionId: ids.sessionId });
      await page.keyboard.press('s');
      await page.locator('[data-outcome=stopped]').waitFor();
      await expect.poll(() => page.title()).toBe(`${session.title} · Dispatch`);
      expect(await icon(page)).toBe('/icons/plain.svg');
      await context.setOffline(true);
      await expect.poll(() => page.title(), { timeout: 60_000 }).toMatch(/^× /);
      expect(await icon(page)).toBe('/icons/offline.svg');
      await context.setOffline(false);
      await expect.poll(() => page.title(), { timeout: 60_000 }).toBe(`${session.title} · Dispatch`);
      await open(page, '/settings/me');
      await page.keyboard.press('Control+k');
      await search(page).fill(word);
      // It is the server that knows of it.
      await palette(page)
        .getByRole('option', { name: new RegExp(word) })
        .waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL(`**/s/${ids.sessionId}`);
    });

    it('is archived by a key, once that is confirmed', async () => {
      const { page } = world.ada;
      const ids = newIds();
      await world.api().sessions.create.mutate({ ...ids, repository: { address: 'acme/playground' } });
      await open(page, `/s/${ids.sessionId}`);
      await page.keyboard.press('e');
      const dialog = page.getByRole('dialog', { name: 'Archive this session' });
      await dialog.waitFor();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await page.keyboard.press('e');
      await dialog.waitFor();
      await page.keyboard.press('Enter');
      await expect
        .poll(
          async () => (await world.api().sessions.get.query({ sessionId: ids.sessionId })).session.isArchived,
        )
        .toBe(true);
    });
  });
}
