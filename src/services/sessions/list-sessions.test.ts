import { describe, expect, it } from 'vitest';
import type { ListState } from '@/domain/wire/session-row';
import type { Caller } from '@/services/caller';
import { useDeps } from '@/testing/deps';
import {
  callAs,
  delivered,
  finished,
  newCommandId,
  newPerson,
  newPromptId,
  newRepository,
  newSessionId,
  newTeam,
  phase,
  TestBridge,
} from '@/testing/test-session';
import type { SessionFilter } from './list-sessions';

const world = useDeps();

/** Ada, Ben and a repository of their team, with short ways to start sessions and to list them. */
async function newWork() {
  const deps = world.current;
  const [ada, ben] = [await newPerson(deps), await newPerson(deps, { name: 'Ben', via: 'cli' })];
  const teamId = await newTeam(deps, [
    [ada, 'owner'],
    [ben, 'member'],
  ]);
  const repository = await newRepository(deps, teamId);
  const start = async (text: string, { by = ada, at = repository } = {}) => {
    const sessionId = newSessionId();
    const prompt = { promptId: newPromptId(), text };
    await callAs(deps, by).sessions.create({
      ...{ sessionId, commandId: newCommandId(), repository: { address: at.url }, prompt },
    });
    return sessionId;
  };
  const titles = async (filter: SessionFilter, by: Caller = ada) =>
    (await callAs(deps, by).sessions.list(filter as object)).map(({ title }) => title);
  return { deps, ada, ben, teamId, repository, start, titles };
}

/** Runs the first turn of a session up to its end. */
async function run(sessionId: ReturnType<typeof newSessionId>): Promise<void> {
  const deps = world.current;
  await deps.drain();
  const bridge = new TestBridge(deps, { sessionId, epoch: 1 });
  await bridge.say(phase(1, 'ready'));
  const { state } = await deps.db.session.findUniqueOrThrow({ where: { id: sessionId } });
  const { running } = state as unknown as { running: Parameters<typeof finished>[0] };
  await bridge.say(delivered(running), finished(running));
}

describe('the list of sessions', () => {
  it('says of each what it does, who is in it with which client, what it costs and where it is', async () => {
    const { deps, ada, ben, start } = await newWork();
    const sessionId = await start('Add a dark mode toggle');
    await callAs(deps, ben).prompts.send({
      ...{ sessionId, commandId: newCommandId(), promptId: newPromptId(), text: 'also on login' },
    });
    const [row] = await callAs(deps, ada).sessions.list();
    expect(row).toMatchObject({
      title: 'Add a dark mode toggle',
      status: { kind: 'starting', words: 'waking the sandbox' },
      lastOutcome: null,
      costUsd: 0,
      people: [
        { userId: ben.person.id, name: 'Ben', via: 'cli' },
        { userId: ada.person.id, name: 'Ada', via: 'web' },
      ],
      repository: { name: 'acme/web', kind: 'git' },
      here: [],
      excerpt: null,
    });
    await run(sessionId);
    const [then] = await callAs(deps, ada).sessions.list();
    // The second prompt is on its way by now.
    expect(then).toMatchObject({ status: { kind: 'starting', words: 'starting the turn' } });
  });

  it('shows who is away to strangers: nothing', async () => {
    const { deps, start } = await newWork();
    await start('secret work');
    const stranger = await newPerson(deps);
    await newTeam(deps, [[stranger, 'owner']]);
    expect(await callAs(deps, stranger).sessions.list({ search: 'secret' })).toEqual([]);
  });

  it('has what runs on its first page, however old, and the rest page by page without a gap', async () => {
    const { deps, ada, start } = await newWork();
    const running = await start('runs');
    const ids = [];
    for (let n = 0; n < 5; n += 1) ids.push(await start(`quiet ${n}`));
    for (const id of ids) await run(id);
    const page = callAs(deps, ada).sessions.page;
    const first = await page({ limit: 2 });
    expect(first.sessions.map(({ title }) => title)).toEqual(['runs', 'quiet 4', 'quiet 3']);
    expect(first.sessions[0]!.id).toBe(running);
    const second = await page({ limit: 2, cursor: first.next });
    const third = await page({ limit: 2, cursor: second.next });
    const behind = [...second.sessions, ...third.sessions];
    expect(behind.map(({ title }) => title)).toEqual(['quiet 2', 'quiet 1', 'quiet 0']);
    expect(third.next).toBeNull();
    expect((await page({ limit: 5 })).next).toBeNull();
  });

  it('can be narrowed to a state, a repository or a person', async () => {
    const { deps, ada, ben, teamId, start, titles } = await newWork();
    const other = await newRepository(deps, teamId);
    await start('runs');
    await run(await start('done', { by: ben }));
    const old = await start('old', { at: other });
    await callAs(deps, ada).sessions.archive({ sessionId: old, commandId: newCommandId() });
    const byState = async (state: ListState) => titles({ state });
    expect(await byState('running')).toEqual(['runs']);
    expect(await byState('recent')).toEqual(['done']);
    expect(await byState('archived')).toEqual(['old']);
    expect(await byState('needs_you')).toEqual([]);
    expect(await titles({ archived: 'without' })).toEqual(['runs', 'done']);
    expect(await titles({ repositoryId: other.id })).toEqual(['old']);
    expect(await titles({ personId: ben.person.id })).toEqual(['done']);
  });
});

describe('a search', () => {
  it('finds any part of titles and prompts, in any case, and says what it found', async () => {
    const { deps, ada, start, titles } = await newWork();
    await start('Fix the flaky login test');
    const other = await start('Round prices');
    const text = `Please look at ${'x '.repeat(200)} use_Theme() too, it is déjà vu`;
    await callAs(deps, ada).prompts.send({
      ...{ sessionId: other, commandId: newCommandId(), promptId: newPromptId(), text },
    });
    expect(await titles({ search: 'FLAK' })).toEqual(['Fix the flaky login test']);
    expect(await titles({ search: 'login flaky' })).toEqual(['Fix the flaky login test']);
    expect(await titles({ search: 'flaky prices' })).toEqual([]);
    const [found] = await callAs(deps, ada).sessions.list({ search: 'use_theme' });
    expect(found).toMatchObject({ title: 'Round prices' });
    expect(found!.excerpt).toContain('use_Theme() too');
    expect(found!.excerpt!.length).toBeLessThanOrEqual(160);
    expect(await titles({ search: 'DÉJÀ' })).toEqual(['Round prices']);
    expect(await titles({ search: 'prices vu' })).toEqual(['Round prices']);
  });

  it('takes every character as itself', async () => {
    const { start, titles } = await newWork();
    await start('give 100% to a_b');
    await start('give 1000 to axb');
    expect(await titles({ search: '100%' })).toEqual(['give 100% to a_b']);
    expect(await titles({ search: 'a_b' })).toEqual(['give 100% to a_b']);
    expect(await titles({ search: '\\' })).toEqual([]);
    expect(await titles({ search: "' OR 1=1 --" })).toEqual([]);
    expect(await titles({ search: '   ' })).toHaveLength(2);
  });

  it('does not find a prompt that was taken back', async () => {
    const { deps, ada, start, titles } = await newWork();
    const sessionId = await start('one');
    const promptId = newPromptId();
    const call = callAs(deps, ada);
    await call.prompts.send({ sessionId, commandId: newCommandId(), promptId, text: 'regretted words' });
    expect(await titles({ search: 'regretted' })).toEqual(['one']);
    await call.prompts.withdraw({ sessionId, commandId: newCommandId(), promptId });
    expect(await titles({ search: 'regretted' })).toEqual([]);
  });

  it('has indexes for both of its parts', async () => {
    const { db } = world.current;
    const plans = await db.$transaction(async (transaction) => {
      await transaction.$executeRaw`SET LOCAL enable_seqscan = off`;
      await transaction.$executeRaw`SET LOCAL enable_indexscan = off`;
      return transaction.$queryRaw<{ 'QUERY PLAN': string }[]>`
        EXPLAIN SELECT id FROM session WHERE title ILIKE '%flaky%'
        UNION SELECT session_id FROM prompt WHERE text ILIKE '%flaky%'`;
    });
    const plan = plans.map((line) => line['QUERY PLAN']).join('\n');
    expect(plan).toContain('session_title_idx');
    expect(plan).toContain('prompt_text_idx');
  });
});

describe('read marks', () => {
  it('are each person’s own, never go back, and never beyond the end of the log', async () => {
    const { deps, ada, ben, start } = await newWork();
    const sessionId = await start('one');
    const [as, bs] = [callAs(deps, ada).sessions, callAs(deps, ben).sessions];
    expect((await as.list())[0]).toMatchObject({ readSeq: 0 });
    const { lastSeq } = (await as.list())[0]!;
    expect(await as.markRead({ sessionId, seq: 2 })).toEqual({ seq: 2 });
    expect(await as.markRead({ sessionId, seq: 1 })).toEqual({ seq: 2 });
    expect(await as.markRead({ sessionId, seq: 1_000 })).toEqual({ seq: lastSeq });
    expect((await bs.list())[0]).toMatchObject({ readSeq: 0 });
    expect((await as.list())[0]).toMatchObject({ readSeq: lastSeq });
  });

  it('are not made in sessions that one can’t see', async () => {
    const { deps, start } = await newWork();
    const sessionId = await start('one');
    const stranger = await newPerson(deps);
    const marking = callAs(deps, stranger).sessions.markRead({ sessionId, seq: 1 });
    await expect(marking).rejects.toMatchObject({ cause: { code: 'not_found' } });
    expect(await deps.db.sessionRead.count({ where: { sessionId } })).toBe(0);
  });

  it('spare who joins a team the news of before', async () => {
    const { deps, ben, teamId, start } = await newWork();
    await run(await start('old'));
    const carol = await newPerson(deps, { name: 'Carol' });
    await deps.db.membership.create({ data: { teamId, userId: carol.person.id, role: 'member' } });
    const [row] = await callAs(deps, carol).sessions.list();
    expect(row).toMatchObject({ readSeq: row!.lastSeq });
    expect((await callAs(deps, ben).sessions.list())[0]).toMatchObject({ readSeq: 0 });
  });
});
