import type { BrowserContext, Page } from '@playwright/test';

/** A notification, and the tab that showed it. */
export interface Told {
  tag: string;
  body: string;
  page: Page;
}

/** Remembers what the tabs of a browser tell from their next page on, also once they have left that page. */
export async function noteNotifications(context: BrowserContext): Promise<Told[]> {
  const told: Told[] = [];
  await context.exposeBinding('noteTold', ({ page }, { tag, body }: Omit<Told, 'page'>) => {
    told.push({ tag, body, page });
  });
  await context.addInitScript(() => {
    const here = globalThis as unknown as {
      noteTold: (told: { tag: string; body: string }) => void;
      clicks: Map<string, () => void>;
    };
    here.clicks = new Map();
    const Real = globalThis.Notification;
    class Noted extends Real {
      constructor(title: string, { tag = '', body = '' }: NotificationOptions = {}) {
        super(title, { tag, body });
        here.clicks.set(tag, () => void this.onclick?.(new Event('click')));
        here.noteTold({ tag, body });
      }
    }
    Object.assign(globalThis, { Notification: Noted });
  });
  return told;
}

/** As somebody who clicks on it. */
export const click = ({ page, tag }: Told) =>
  page.evaluate((wanted) => {
    (globalThis as unknown as { clicks: Map<string, () => void> }).clicks.get(wanted)?.();
  }, tag);
