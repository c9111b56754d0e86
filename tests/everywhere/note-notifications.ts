import type { Page } from '@playwright/test';

interface Told {
  title: string;
  tag: string;
  body: string;
}

/** Lets the page tell, and remembers what it told. */
export const noteNotifications = () => {
  const Real = globalThis.Notification;
  const told: (Told & { click: () => void })[] = [];
  class Noted extends Real {
    constructor(title: string, { tag = '', body = '' }: NotificationOptions = {}) {
      super(title, { tag, body });
      told.push({ title, tag, body, click: () => void this.onclick?.(new Event('click')) });
    }
  }
  Object.assign(globalThis, { Notification: Noted, told });
};
export const toldIn = (page: Page) =>
  page.evaluate(() =>
    (globalThis as unknown as { told: Told[] }).told.map(({ title, tag, body }) => ({ title, tag, body })),
  );

/** As somebody who clicks on the last one. */
export const clickLast = (page: Page) =>
  page.evaluate(() => {
    (globalThis as unknown as { told: { click: () => void }[] }).told.at(-1)?.click();
  });
