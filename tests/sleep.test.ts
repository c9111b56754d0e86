import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from '@playwright/test';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, visitAs, type Visitor } from './support/browser';
import { startRunningStack, type Api, type RunningStack } from './support/running-stack';
import { SessionDriver } from './support/session-driver';

let stack: RunningStack;
let api: Api;
let database: Client;
let browser: Browser;
let ada: Visitor;

beforeAll(async () => {
  stack = await startRunningStack();
  ({ api } = await stack.as('ada'));
  database = new Client({ connectionString: stack.databaseUrl });
  await database.connect();
  browser = await launchBrowser();
  ada = await visitAs(browser, stack.url, 'ada');
}, 240_000);
afterAll(async () => {
  await browser.close();
  await database.end();
  await stack.stop();
}, 60_000);

/** As if nothing had happened in a session for a quarter of an hour; the sweep finds it by itself. */
async function letTimePass({ id }: SessionDriver): Promise<void> {
  await database.query(`UPDATE event SET at = at - interval '15 minutes' WHERE session_id = $1`, [id]);
  await database.query(
    `UPDATE session SET touched_at = NULL, deadline_at = now() - interval '1 second' WHERE id = $1`,
    [id],
  );
}

/** Processes of this machine that belong to a session's sandbox: each has the session in its environment. */
function processesOf({ id }: SessionDriver): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => environmentOf(pid).includes(`DISPATCH_SESSION=${id}`)).length;
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    // It ended while we looked, or is somebody else's.
    return '';
  }
}

const phasesOf = (session: SessionDriver): string[] =>
  session.all('sandbox.phase').map(({ phase, epoch }) => `${phase} ${epoch}`);

const untilPhase = (session: SessionDriver, phase: string, epoch: number) =>
  session.until(
    ({ event }) => event.kind === 'sandbox.phase' && `${event.phase} ${event.epoch}` === `${phase} ${epoch}`,
  );

it('a session sleeps without a process, wakes by typing with everything as it was, and outlives its disk', async () => {
  const keep = 'echo .venv >> .git/info/exclude; python3 -m venv --without-pip .venv; echo kept > .venv/kept';
  const text = `run \`${keep}\`; append "one" to README.md`;
  const { session, promptId } = await SessionDriver.open({ stack, api }, text);
  expect((await session.untilFinished(promptId)).outcome).toBe('completed');
  await untilPhase(session, 'ready', 1);
  expect(processesOf(session)).toBeGreaterThan(0);
  const { page } = ada;
  await page.goto(`/s/${session.id}`);

  await letTimePass(session);
  await untilPhase(session, 'asleep', 1);
  expect(phasesOf(session).slice(-3)).toEqual(['quiescing 1', 'snapshotting 1', 'asleep 1']);
  await page.getByText('The sandbox sleeps').first().waitFor();
  expect(processesOf(session)).toBe(0);
  const heard = 'SELECT last_sync_at, deadline_at, last_seq FROM session WHERE id = $1';
  const before = (await database.query(heard, [session.id])).rows;
  await delay(17_000); // longer than the sweep's beat
  expect((await database.query(heard, [session.id])).rows).toEqual(before);

  // Typing wakes it, before anything is sent.
  const box = page.getByRole('textbox').last();
  await box.pressSequentially(
    'run `cat .venv/kept; .venv/bin/python -c "print(6 * 7)"`; append "two" to README.md',
  );
  await untilPhase(session, 'ready', 2);
  expect(phasesOf(session)).toContain('waking 2');
  await box.press('Enter');
  await session.until(({ event }) => event.kind === 'prompt.finished' && event.promptId !== promptId);
  const printed = session
    .all('part.finished')
    .flatMap(({ part }) => (part.type === 'tool' && part.tool === 'bash' ? [part.output] : []));
  expect(printed.join('\n')).toContain('kept\n42');
  expect(session.last('diff.changed')?.files).toMatchObject([{ path: 'README.md', additions: 2 }]);

  // Its disk is lost while it sleeps: the work comes from what is stored, and everybody is told.
  await letTimePass(session);
  await untilPhase(session, 'asleep', 2);
  rmSync(join(stack.folder, 'data/sandboxes/snapshots'), { recursive: true });
  const third = await session.send('append "three" to README.md');
  expect((await session.untilFinished(third)).outcome).toBe('completed');
  const booted = session.all('sandbox.phase').find(({ phase, epoch }) => phase === 'booting' && epoch === 3);
  expect(booted?.reason?.code).toBe('disk_gone');
  expect(session.last('diff.changed')?.files).toMatchObject([{ path: 'README.md', additions: 3 }]);
  await page.getByText('There is no disk to start from').first().waitFor();
});
