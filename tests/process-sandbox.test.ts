import { afterAll, beforeAll, expect, it } from 'vitest';
import { startRunningStack, type Api, type RunningStack } from './support/running-stack';
import { SessionDriver } from './support/session-driver';

let stack: RunningStack;
let api: Api;

beforeAll(async () => {
  stack = await startRunningStack({ sandboxMode: 'process' });
  ({ api } = await stack.as('ada'));
}, 240_000);
afterAll(() => stack.stop(), 60_000);

it('without bubblewrap the main job works in plain processes, and every client is told that there is no wall', async () => {
  expect((await api.system.info.query()).sandbox).toMatchObject({ isolation: 'none' });
  const { session, promptId } = await SessionDriver.open({ stack, api }, 'append "no wall" to README.md');
  expect((await session.untilFinished(promptId)).outcome).toBe('completed');
  expect(session.all('sandbox.phase').map(({ isolation }) => isolation)).toContain('none');
  expect(session.last('diff.changed')?.files).toMatchObject([{ path: 'README.md', additions: 1 }]);
  const next = await session.send('append "again" to README.md');
  expect((await session.untilFinished(next)).outcome).toBe('completed');
  expect(session.last('diff.changed')?.files).toMatchObject([{ path: 'README.md', additions: 2 }]);
});
