import type { Browser, Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, visitAs } from './support/browser';
import { type RunningStack, startRunningStack } from './support/running-stack';

let stack: RunningStack;
let browser: Browser;

beforeAll(async () => {
  stack = await startRunningStack();
  browser = await launchBrowser();
}, 300_000);
afterAll(async () => {
  await browser.close();
  await stack.stop();
}, 60_000);

/** How long the app took to acknowledge what it was sent first, when nothing of it was loaded. */
async function firstAcknowledgement(): Promise<number> {
  const response = await fetch(`${stack.slackUrl}/_sim/state?user=ada`);
  // The emulated Slack's own list of what it sent.
  const { deliveries } = (await response.json()) as { deliveries: { status: number; tookMs: number }[] };
  expect(deliveries.every(({ status }) => status === 200)).toBe(true);
  return deliveries[0]?.tookMs ?? Number.NaN;
}

async function write(slack: Page, field: string, text: string): Promise<void> {
  await slack.getByLabel(field, { exact: true }).fill(text);
  await slack.keyboard.press('Enter');
}

describe('a thread in Slack', () => {
  it('is a session: for who links themselves by one click, both ways', async ({ task }) => {
    const { page, context } = await visitAs(browser, stack.url, 'ada');
    const slack = await context.newPage();
    await slack.goto(stack.slackUrl);
    await write(slack, 'Message', '@Dispatch create notes/x.md with: y');
    const link = slack.getByRole('link', { name: 'Link my account' }).last();
    await link.waitFor();
    const ackMs = await firstAcknowledgement();
    Object.assign(task.meta, { figures: { firstAckMs: ackMs } });
    expect(ackMs).toBeLessThan(3_000);

    await page.goto((await link.getAttribute('href')) ?? '');
    await page.getByRole('button', { name: /^Link ada to/ }).click();
    await page.getByText('Done. What you ask for in Slack').waitFor();

    const thread = slack.locator('#thread');
    await thread.getByText('notes/x.md').first().waitFor();
    await thread.getByText('Created').first().waitFor();
    await thread.getByRole('button', { name: 'Open pull request' }).waitFor();

    await write(slack, 'Reply', 'create notes/z.md with: from the thread');
    const view = await thread.getByRole('link', { name: 'View' }).last().getAttribute('href');
    await page.goto(view ?? '');
    await page.getByText('create notes/z.md with: from the thread').first().waitFor();
    const composer = page.getByRole('textbox', { name: /What should be done next|Queue/ }).first();
    await composer.fill('create notes/web.md with: from the web');
    await page.keyboard.press('Enter');
    await thread.getByText('create notes/web.md with: from the web').first().waitFor();
    await context.close();
  }, 240_000);
});
