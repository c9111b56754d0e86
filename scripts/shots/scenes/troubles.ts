import type { Page } from '@playwright/test';
import { SessionId } from '@/domain/ids';
import { sessionChannel } from '@/domain/wire/realtime';
import type { Setting } from './scene';

const isFollowing = '[data-sync=live]';

/** The network goes, for this browser only. */
export async function loseTheLine(page: Page): Promise<void> {
  await page.locator(isFollowing).waitFor();
  await page.context().setOffline(true);
}

/** The page hears of events that it can't fetch: their messages carry none, and the requests for them hang. */
export async function comeBehind(page: Page, { stage: { deps } }: Setting): Promise<void> {
  await page.locator(isFollowing).waitFor();
  await page.route(/events\.after/, () => undefined);
  const id = SessionId.parse(new URL(page.url()).pathname.split('/').at(-1));
  const { accessVersion, lastSeq } = await deps.db.session.findUniqueOrThrow({ where: { id } });
  const data = { from: lastSeq + 40, to: lastSeq + 41 };
  await deps.realtime.publish({ channel: sessionChannel(id, accessVersion), event: 'events', data });
}
