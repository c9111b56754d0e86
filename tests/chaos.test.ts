import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '@/domain/timeline/digest';
import { findPostmaster } from '@/embedded/postgres/postmaster';
import { killBelow } from './support/process-tree';
import { startRunningStack, type Api, type RunningStack } from './support/running-stack';
import { SessionDriver } from './support/session-driver';

const TICKS = 4;
/** A command that takes some seconds, then an edit: both must be there exactly once in the end. */
const LONG_PROMPT = `run \`for i in $(seq ${TICKS}); do echo tick $i; sleep 1; done\`; append "chaos was here" to README.md`;

let stack: RunningStack;
let api: Api;

beforeAll(async () => {
  stack = await startRunningStack();
  ({ api } = await stack.as('ada'));
}, 240_000);
afterAll(() => stack.stop(), 60_000);

async function openInMidTurn(): Promise<Awaited<ReturnType<typeof SessionDriver.open>>> {
  const opened = await SessionDriver.open({ stack, api }, LONG_PROMPT);
  await opened.session.until(
    ({ event }) => event.kind === 'part.started' && event.part.type === 'tool' && event.part.tool === 'bash',
  );
  return opened;
}

/** The promises that hold whatever was killed: no gap, nothing twice, the same digest as the server's. */
async function expectSoundLog(session: SessionDriver): Promise<void> {
  await session.fetch();
  expect(session.events.map(({ seq }) => seq)).toEqual(session.events.map((_, index) => index + 1));
  const finishedParts = session.all('part.finished').map(({ partId }) => partId);
  expect(new Set(finishedParts).size).toBe(finishedParts.length);
  const toSeq = session.events.length;
  const { digest } = await api.events.digest.query({ sessionId: session.id, fromSeq: 1, toSeq });
  expect(digest).toBe(await digestOf(session.events));
}

function bashOutput(session: SessionDriver): string {
  const outputs = session
    .all('part.finished')
    .flatMap(({ part }) => (part.type === 'tool' && part.tool === 'bash' ? [part.output] : []));
  return outputs.join('\n');
}

const VICTIMS: Record<string, () => Promise<void> | void> = {
  'the bridge': () => void killBelow(process.pid, /\/opt\/dispatch\/bridge\.mjs|dist\/sandbox\/bridge\.mjs/),
  'the app': () => void process.kill(stack.pids()['app'] ?? 0, 'SIGKILL'),
  'the realtime server': () => void process.kill(stack.pids()['realtime'] ?? 0, 'SIGKILL'),
  Postgres: async () => {
    const postmaster = await findPostmaster(`${stack.folder}/data/postgres`);
    process.kill(postmaster?.pid ?? 0, 'SIGKILL');
  },
};

describe('kill -9 in mid-turn', () => {
  it.each(Object.keys(VICTIMS))(
    'of %s: the same turn goes on, nothing doubled, nothing missing',
    async (name) => {
      const { session, promptId } = await openInMidTurn();
      await VICTIMS[name]?.();
      const finished = await session.untilFinished(promptId);
      expect(finished.outcome).toBe('completed');
      expect(session.all('prompt.started')).toHaveLength(1);
      for (let tick = 1; tick <= TICKS; tick += 1) expect(bashOutput(session)).toContain(`tick ${tick}`);
      expect(session.last('diff.changed')?.files).toMatchObject([{ path: 'README.md', additions: 1 }]);
      await expectSoundLog(session);
    },
  );

  it.each([
    ['OpenCode', /opencode serve/],
    ['the whole sandbox', /\/opt\/dispatch\/supervisor\.mjs|dist\/sandbox\/supervisor\.mjs/],
  ])('of %s: the turn ends as interrupted, the text is kept, and a retry works', async (_name, command) => {
    const { session, promptId } = await openInMidTurn();
    const textsBefore = session.all('part.finished').filter(({ part }) => part.type === 'text').length;
    killBelow(process.pid, command);
    const killedAt = Date.now();
    const finished = await session.untilFinished(promptId);
    expect(finished.outcome).toBe('interrupted');
    expect(finished.reason?.message).toBeTruthy();
    // The promise is a deadline: 15 seconds.
    expect(Date.now() - killedAt).toBeLessThan(15_000);
    expect(textsBefore).toBeGreaterThan(0);
    await session.retry(promptId);
    const again = await session.untilFinished(promptId, 2);
    expect(again.outcome).toBe('completed');
    expect(session.last('diff.changed')?.files).toMatchObject([{ path: 'README.md', additions: 1 }]);
    await expectSoundLog(session);
  });
});
