import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SessionId } from '@/domain/ids';
import { clickLast, noteNotifications, toldIn } from './note-notifications';
import { icon, open } from './page-keys';
import { newIds, newPrompt, type World } from './world';

/** A session whose sandbox can’t start: its repository is gone. */
async function brokenSession(world: World): Promise<SessionId> {
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-gone-'));
  const git = (...argv: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=A', '-c', 'user.email=a@b.test', ...argv]);
  git('init', '--quiet', '--initial-branch=main');
  git('commit', '--quiet', '--allow-empty', '--message', 'first');
  const ids = newIds();
  await world.api().sessions.create.mutate({ ...ids, repository: { address: folder } });
  rmSync(folder, { recursive: true });
  const { sessionId } = ids;
  await world.api().prompts.send.mutate({ ...newIds(), sessionId, ...newPrompt('anything') });
  return sessionId;
}

/** Notifications, told once among the tabs of a browser, and what tells without them. */
export function describeNotifications(world: World): void {
  describe('notifications', () => {
    it('are off until they are turned on, then told once by the browser, and lead to the session', async () => {
      const { context, page: elsewhere } = world.ada;
      // Where the list of sessions is seen, nobody needs to be told.
      const [one, two] = [await context.newPage(), await context.newPage()];
      const tabs = [elsewhere, one, two];
      // A second try begins like the first.
      await elsewhere.evaluate(() => localStorage.clear());
      for (const page of tabs) {
        await page.addInitScript(noteNotifications);
        await open(page, '/settings/me');
      }
      await context.grantPermissions(['notifications']);
      await one.getByRole('button', { name: 'Turn on notifications' }).click();
      await two.getByRole('button', { name: 'Turn off' }).waitFor();

      const ids = newIds();
      await open(two, '/settings/models');
      await world.api().sessions.create.mutate({
        ...{ ...ids, repository: { address: 'acme/playground' } },
        prompt: newPrompt('create notes/told.md with: told'),
      });
      const all = async () => (await Promise.all(tabs.map(toldIn))).flat();
      await expect
        .poll(async () => (await all()).map(({ body }) => body), { timeout: 240_000 })
        .toEqual(['Your prompt is done.']);

      // On screen in one tab, and no less there for being told of in none.
      await open(two, `/s/${ids.sessionId}`);
      const { sessionId } = ids;
      await world.api().prompts.send.mutate({
        ...newIds(),
        sessionId,
        ...newPrompt('create notes/seen.md with: seen'),
      });
      await two.locator('[data-outcome=completed]').nth(1).waitFor();
      const broken = await brokenSession(world);
      await expect.poll(async () => (await all()).length, { timeout: 240_000 }).toBe(2);
      expect((await all()).map(({ body }) => body)).toEqual(['Your prompt is done.', expect.any(String)]);

      const told = await Promise.all(tabs.map(toldIn));
      const teller = tabs[told.findIndex((notices) => notices.some(({ tag }) => tag.includes(broken)))]!;
      await clickLast(teller);
      await teller.waitForURL(`**/s/${broken}`);
      await expect.poll(() => teller.title()).toMatch(/^! /);
      expect(await icon(teller)).toBe('/icons/needs-you.svg');
      await one.close();
      await two.close();
    });

    it('are not the only way: the list counts what needs somebody, and a key leads there', async () => {
      const { page } = world.ada;
      await brokenSession(world);
      await open(page, '/');
      await expect.poll(() => page.title()).toMatch(/^\(\d+\) Dispatch$/);
      expect(await icon(page)).toBe('/icons/needs-you.svg');
      await open(page, '/settings/models');
      await page.keyboard.press('n');
      await page.waitForURL('**/s/*');
      await expect.poll(() => page.title()).toMatch(/^! /);
    });
  });
}
