import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { killBelow } from './support/process-tree';
import { startRunningStack, type RunningStack } from './support/running-stack';
import { SessionDriver } from './support/session-driver';

let dataFolder: string;
let stack: RunningStack | undefined;

beforeEach(() => {
  dataFolder = mkdtempSync(join(tmpdir(), 'dispatch-restart-'));
  chmodSync(dataFolder, 0o755);
});
afterEach(async () => {
  await stack?.stop();
  rmSync(dataFolder, { recursive: true, force: true });
}, 60_000);

it('a session goes on after the whole stack was ended in mid-turn and started again', async () => {
  stack = await startRunningStack({ dataFolder });
  const before = await stack.as('ada');
  const opened = await SessionDriver.open({ stack, api: before.api }, 'append "first" to README.md');
  expect((await opened.session.untilFinished(opened.promptId)).outcome).toBe('completed');
  const running = await opened.session.send('run `sleep 8`; append "second" to README.md');
  await opened.session.until(
    ({ event }) =>
      event.kind === 'part.started' && event.part.type === 'tool' && event.part.title.includes('sleep'),
  );
  await stack.stop();

  stack = await startRunningStack({ dataFolder });
  const { api } = await stack.as('ada');
  const session = new SessionDriver(api, opened.session.id);
  await session.fetch();
  expect(session.events.map(({ seq }) => seq)).toEqual(session.events.map((_, index) => index + 1));
  // What was running ends with a reason, and can be asked again.
  const ended = await session.untilFinished(running);
  expect(['interrupted', 'stopped']).toContain(ended.outcome);
  await session.retry(running);
  expect((await session.untilFinished(running, 2)).outcome).toBe('completed');
  // The work of before the restart is still there, with what came after it.
  expect(session.last('diff.changed')?.files).toMatchObject([{ path: 'README.md', additions: 2 }]);
});

it('a turn goes on when bridge, app, realtime server and Postgres are killed one after the other', async () => {
  stack = await startRunningStack({ dataFolder });
  const { api } = await stack.as('ada');
  // A command that takes some seconds, then an edit: both must be there exactly once in the end.
  const prompt = 'run `for i in $(seq 6); do echo tick $i; sleep 1; done`; append "kept" to README.md';
  const { session, promptId } = await SessionDriver.open({ stack, api }, prompt);
  await session.until(
    ({ event }) => event.kind === 'part.started' && event.part.type === 'tool' && event.part.tool === 'bash',
  );
  const pids = Object.values(stack.pids()).flatMap((pid) => pid ?? []);
  expect(pids).toHaveLength(3);
  expect(killBelow(process.pid, /\/opt\/dispatch\/bridge\.mjs|dist\/sandbox\/bridge\.mjs/)).toBeGreaterThan(
    0,
  );
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  expect((await session.untilFinished(promptId)).outcome).toBe('completed');
  expect(session.all('prompt.started')).toHaveLength(1);
  const outputs = session
    .all('part.finished')
    .flatMap(({ part }) => (part.type === 'tool' && part.tool === 'bash' ? [part.output] : []));
  for (let tick = 1; tick <= 6; tick += 1) expect(outputs.join()).toContain(`tick ${tick}`);
  expect(session.last('diff.changed')?.files).toMatchObject([{ path: 'README.md', additions: 1 }]);
  await session.fetch();
  expect(session.events.map(({ seq }) => seq)).toEqual(session.events.map((_, index) => index + 1));
});
