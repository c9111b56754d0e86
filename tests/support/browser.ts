import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test';

/** What a page did that no page of ours may do. */
export interface Trespasses {
  /** Hosts other than this machine that were asked for anything. */
  hosts: Set<string>;
  /** Errors that the page threw, and what its security policy had to stop. */
  errors: string[];
}

export interface Visitor {
  page: Page;
  context: BrowserContext;
  trespasses: Trespasses;
}

/** The browser of the tests: it can't resolve a name outside this machine. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1',
    ],
  });
}

/** Somebody with a browser profile of their own, signed in through the emulated GitHub's own page. */
export async function visitAs(browser: Browser, baseURL: string, login: string): Promise<Visitor> {
  const context = await browser.newContext({ baseURL, viewport: { width: 1280, height: 800 } });
  // A sandbox that starts on a busy machine takes its time.
  context.setDefaultTimeout(90_000);
  const page = await context.newPage();
  const trespasses = watch(page);
  await page.goto('/');
  await page.waitForLoadState('networkidle');
  await page.getByRole('button', { name: 'Sign in with GitHub' }).click();
  await page.waitForURL(/\/login\/oauth\/authorize/);
  await page.locator('form', { hasText: login }).locator('button').first().click();
  await page.waitForURL((url) => url.href === `${new URL(baseURL).origin}/`);
  await page.waitForLoadState('networkidle');
  return { page, context, trespasses };
}

function watch(page: Page): Trespasses {
  const trespasses: Trespasses = { hosts: new Set(), errors: [] };
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    const isLoopback = ['localhost', '127.0.0.1'].includes(hostname) || hostname.endsWith('.localhost');
    const isHere = isLoopback || ['data:', 'blob:'].includes(protocol);
    if (!isHere) trespasses.hosts.add(hostname);
  });
  page.on('pageerror', (error) => trespasses.errors.push(error.message));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) trespasses.errors.push(message.text());
  });
  return trespasses;
}
