import type { Browser, BrowserContext, Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiClient, makeToken } from '@/embedded/stack/browser-sign-in';
import { describeNotifications } from './everywhere/notifications';
import { describePaletteAndKeys } from './everywhere/palette-and-keys';
import { describeSettings } from './everywhere/settings';
import { describeTabs } from './everywhere/tabs';
import { describeThemes } from './everywhere/themes';
import type { World } from './everywhere/world';
import { launchBrowser, visitAs, type Visitor } from './support/browser';
import { startRunningStack, type RunningStack } from './support/running-stack';

let stack: RunningStack | undefined;
let browser: Browser;
let ada: Visitor;
let baseUrl: string;
let token: string;
/** Hosts that any page of ada's asked for anything, sockets included. */
const hosts = new Set<string>();

/** `DISPATCH_URL` names a stack that runs already; without it the file has one of its own. */
beforeAll(async () => {
  const given = process.env['DISPATCH_URL'];
  stack = given === undefined ? await startRunningStack() : undefined;
  baseUrl = given ?? stack?.url ?? '';
  browser = await launchBrowser();
  ada = await visitAs(browser, baseUrl, 'ada');
  token = await makeToken(baseUrl, 'ada', 'tests of what is everywhere');
  watchHosts(ada.context);
}, 240_000);
afterAll(async () => {
  await browser.close();
  await stack?.stop();
}, 60_000);

function watchHosts(context: BrowserContext): void {
  const note = (url: string) => {
    const { protocol, hostname } = new URL(url);
    if (!['data:', 'blob:'].includes(protocol)) hosts.add(hostname);
  };
  const watch = (page: Page) => page.on('websocket', (socket) => note(socket.url()));
  context.on('request', (request) => note(request.url()));
  context.on('page', watch);
  context.pages().forEach(watch);
}

const world: World = {
  get ada() {
    return ada;
  },
  adaElsewhere: async () => {
    const visitor = await visitAs(browser, baseUrl, 'ada');
    watchHosts(visitor.context);
    return visitor;
  },
  get baseUrl() {
    return baseUrl;
  },
  api: () => apiClient(baseUrl, { authorization: `Bearer ${token}` }),
};

describePaletteAndKeys(world);
describeThemes(world);
describeSettings(world);
describeTabs(world);
describeNotifications(world);

describe('every page so far', () => {
  it('asked no host but the stack’s own, threw nothing, and met no limit of its policy', () => {
    expect([...hosts].filter((host) => !['localhost', '127.0.0.1'].includes(host))).toEqual([]);
    expect(hosts.size).toBeGreaterThan(0);
    expect(ada.trespasses.errors).toEqual([]);
  });
});
