import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SessionId } from '@/domain/ids';
import { click, noteNotifications } from './note-notifications';
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
      const { context, page: elsewhere } = await world.adaElsewhere();
      onTestFinished(() => context.close());
      const told = await noteNotifications(context);
      // Where the list of sessions is seen, nobody needs to be told.
      const [one, two] = [await context.newPage(), await context.newPage()];
      for (const page of [elsewhere, one, two]) await open(page, '/settings/me');
      await context.grantPermissions(['notifications']);
      await one.getByRole('button', { name: 'Turn on notifications' }).click();
      await two.getByRole('button', { name: 'Turn off' }).waitFor();
      await open(two, '/settings/models');

      const ids = newIds();
      const { sessionId } = ids;
      const prompts = { told: newPrompt('create notes/told.md with: told'), seen: newPrompt('say hello') };
      await world.api().sessions.create.mutate({
        ...{ ...ids, repository: { address: 'acme/playground' } },
        prompt: prompts.told,
      });
      // Sessions of other tests may end meanwhile, and are told of too.
      const toldOf = (...names: string[]) =>
        told.filter(({ tag }) => names.some((name) => tag.includes(name))).map(({ body }) => body);
      await expect
        .poll(() => toldOf(prompts.told.promptId, sessionId), { timeout: 120_000 })
        .toEqual(['Your prompt is done.']);

      // On screen in one tab, and no less there for being told of in none.
      await open(two, `/s/${sessionId}`);
      await world.api().prompts.send.mutate({ ...newIds(), sessionId, ...prompts.seen });
      // Counted by no place in the timeline, of which only what is on screen is in the page.
      await two.getByText('so I changed nothing').waitFor();
      await two.locator('[data-outcome=completed]').last().waitFor();
      const broken = await brokenSession(world);
      await expect.poll(() => toldOf(broken).length, { timeout: 120_000 }).toBe(1);
      expect(toldOf(prompts.told.promptId, prompts.seen.promptId, sessionId)).toEqual([
        'Your prompt is done.',
      ]);

      const last = told.find(({ tag }) => tag.includes(broken))!;
      await click(last);
      await last.page.waitForURL(`**/s/${broken}`);
      await expect.poll(() => last.page.title()).toMatch(/^! /);
      expect(await icon(last.page)).toBe('/icons/needs-you.svg');
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
