import { describe, expect, it } from 'vitest';
import { MAX_PROMPT_LENGTH } from '@/domain/session/decide-speech';
import { MAX_QUEUED } from '@/domain/queue/queue';
import { authorizeModelCall } from '@/services/models/authorize-model-call';
import { boot } from '@/services/sandboxes/boot';
import { useDeps } from '@/testing/deps';
import {
  callAs,
  newCommandId,
  newPerson,
  newPromptId,
  newRepository,
  newSessionId,
  newTeam,
  TestSession,
} from '@/testing/test-session';

const world = useDeps();

async function newWork() {
  const owner = await newPerson(world.current);
  const teamId = await newTeam(world.current, [[owner, 'owner']]);
  const repository = await newRepository(world.current, teamId);
  const call = callAs(world.current, owner);
  const create = (text?: string, more: object = {}) =>
    call.sessions.create({
      sessionId: newSessionId(),
      commandId: newCommandId(),
      repository: { address: repository.url },
      ...(text === undefined ? {} : { prompt: { promptId: newPromptId(), text } }),
      ...more,
    });
  return { owner, teamId, repository, call, create };
}

const refusal = (code: string, reason?: string) => ({
  cause: { code, ...(reason === undefined ? {} : { details: { refusal: reason } }) },
});

const MEGABYTE = 'x'.repeat(1_000_000);

describe('a new session', () => {
  it('is created with its first prompt and asks for a sandbox', async () => {
    const { create, call } = await newWork();
    const session = await create('Fix the flaky login test\nplease');
    expect(session).toMatchObject({ title: 'Fix the flaky login test', baseBranch: 'main' });
    const page = await call.sessions.get({ sessionId: session.id });
    expect(page.events.map(({ event }) => event.kind)).toEqual([
      'session.created',
      'prompt.queued',
      'prompt.started',
      'sandbox.phase',
    ]);
    await world.current.drain();
    expect(world.current.sandboxes.running).toHaveLength(1);
  });

  it('is one when the same creation is sent twice, also at the same moment', async () => {
    const { create, call } = await newWork();
    const same = {
      sessionId: newSessionId(),
      commandId: newCommandId(),
      prompt: { promptId: newPromptId(), text: 'go' },
    };
    await Promise.all([create('go', same), create('go', same)]);
    await create('go', same);
    expect(await call.sessions.list()).toHaveLength(1);
    const { events } = await call.sessions.get({ sessionId: same.sessionId });
    expect(events.map(({ event }) => event.kind).slice(0, 3)).toEqual([
      'session.created',
      'prompt.queued',
      'prompt.started',
    ]);
  });

  it.each<[string, string, object, object]>([
    ['a prompt of 1 MB', MEGABYTE, {}, refusal('too_large', 'prompt_too_long')],
    ['an empty prompt', ' \n\t', {}, refusal('bad_input', 'empty_prompt')],
    ['a branch that is not there', 'go', { baseBranch: 'nope' }, refusal('branch_not_found')],
    [
      'no such repository',
      'go',
      { repository: { address: 'https://git.test/none' } },
      refusal('repository_not_found'),
    ],
  ])('with %s is refused, and nothing is stored', async (...[, text, more, expected]) => {
    const { create, call } = await newWork();
    await expect(create(text, more)).rejects.toMatchObject(expected);
    expect(await call.sessions.list()).toEqual([]);
  });

  it('does not take one id for two commands, since the second would be lost', async () => {
    const { create, call } = await newWork();
    const id = newPromptId();
    const creating = create('go', { commandId: id, prompt: { promptId: id, text: 'go' } });
    await expect(creating).rejects.toMatchObject(refusal('bad_input'));
    expect(await call.sessions.list()).toEqual([]);
  });

  it('adds a repository that is new to the first team where the person may', async () => {
    const { owner, call } = await newWork();
    const guest = await newPerson(world.current);
    await newTeam(world.current, [
      [owner, 'owner'],
      [guest, 'viewer'],
    ]);
    const own = await newTeam(world.current, [[guest, 'owner']]);
    const address = 'https://git.test/acme/other.git';
    world.current.repositoryHost.known.set(address, { defaultBranch: 'trunk', branches: ['trunk'] });
    const { repository } = await callAs(world.current, guest).repositories.resolve({ address });
    expect(repository).toMatchObject({ teamId: own, name: 'acme/other', defaultBranch: 'trunk' });
    expect((await call.repositories.list()).map(({ url }) => url)).not.toContain(address);
  });
});

describe('the model of a new session', () => {
  const modelOf = async (id: string) => {
    const row = await world.current.db.session.findUniqueOrThrow({ where: { id } });
    return { modelId: row.modelId, effort: row.effort };
  };

  it('is the one that was asked for, is in the log, and is what its sandbox is told and may call', async () => {
    const { create, call } = await newWork();
    const session = await create('go', { modelId: 'costly', effort: 'high' });
    expect(session).toMatchObject({ modelId: 'costly', effort: 'high' });
    const { events } = await call.sessions.get({ sessionId: session.id });
    expect(events[0]!.event).toMatchObject({ model: { id: 'costly', standIn: false }, effort: 'high' });
    const identity = { sessionId: session.id, epoch: 1 };
    expect(await boot(world.current, identity)).toMatchObject({ model: { id: 'costly' }, effort: 'high' });
    expect(await authorizeModelCall(world.current, identity)).toMatchObject({ modelId: 'costly' });
  });

  it('is the person’s own choice when none is asked for, and else the deployment’s', async () => {
    const { create, call } = await newWork();
    expect(await modelOf((await create('go')).id)).toEqual({ modelId: 'scripted', effort: null });
    await call.preferences.save({ repositoryId: null, modelId: 'costly', effort: 'low' });
    expect(await modelOf((await create('go')).id)).toEqual({ modelId: 'costly', effort: 'low' });
    const own = await create('go', { modelId: 'scripted' });
    // It can't be asked to think harder, so the usual effort is left out.
    expect(await modelOf(own.id)).toEqual({ modelId: 'scripted', effort: null });
    expect(await modelOf((await create('go', { effort: null })).id)).toMatchObject({ effort: null });
  });

  it('is the default one for a session whose own is not to be had any more', async () => {
    const { create } = await newWork();
    const { id: sessionId } = await create('go', { modelId: 'costly' });
    await world.current.db.session.update({ where: { id: sessionId }, data: { modelId: 'gone' } });
    const identity = { sessionId, epoch: 1 };
    expect(await boot(world.current, identity)).toMatchObject({ model: { id: 'scripted' } });
    expect(await authorizeModelCall(world.current, identity)).toMatchObject({ modelId: 'scripted' });
  });

  it.each<[string, object, object]>([
    ['a model that is not here', { modelId: 'gpt-99' }, refusal('model_unavailable')],
    ['more thought than it can give', { modelId: 'scripted', effort: 'high' }, refusal('bad_input')],
  ])('is refused when it is %s, and nothing is stored', async (...[, more, expected]) => {
    const { create, call } = await newWork();
    const creating = create('go', more);
    await expect(creating).rejects.toMatchObject(expected);
    expect(await call.sessions.list()).toEqual([]);
  });
});

describe('a prompt', () => {
  it('of 1 MB is refused with what to do instead, and nothing is stored', async () => {
    const session = await TestSession.create(world.current);
    const before = await session.now();
    const sent = session.send(MEGABYTE);
    await expect(sent).rejects.toMatchObject(refusal('too_large', 'prompt_too_long'));
    await expect(sent).rejects.toThrow(/100,000 characters.*1,000,000.*file/);
    expect(await session.now()).toEqual(before);
    expect(await world.current.db.prompt.count({ where: { sessionId: session.id } })).toBe(0);
  });

  it('of the greatest length arrives whole', async () => {
    const session = await TestSession.create(world.current);
    const text = '🙂'.repeat(MAX_PROMPT_LENGTH / 2);
    const promptId = await session.send(text);
    expect((await world.current.db.prompt.findUniqueOrThrow({ where: { id: promptId } })).text).toBe(text);
  });

  it('is refused when too many wait, and is taken when one has gone', async () => {
    const session = await TestSession.create(world.current);
    await session.send('runs');
    const first = await session.send('waits');
    const { state } = await session.now();
    const queue = Array.from({ length: MAX_QUEUED }, (_, n) =>
      n === 0 ? state.queue[0]! : { ...state.queue[0]!, promptId: newPromptId() },
    );
    await world.current.db.session.update({
      where: { id: session.id },
      data: { state: { ...state, queue } },
    });
    await expect(session.send('one too many')).rejects.toMatchObject(refusal('conflict', 'queue_full'));
    const to = { sessionId: session.id, commandId: newCommandId(), promptId: first };
    await callAs(world.current, session.owner).prompts.withdraw(to);
    await session.send('fits again');
    expect(await session.promptStatus(first)).toBe('withdrawn');
  });

  it('that was stopped runs again as a second attempt, before what waits', async () => {
    const session = await TestSession.create(world.current);
    const first = await session.send('one');
    const call = callAs(world.current, session.owner);
    const stop = { sessionId: session.id, commandId: newCommandId(), turnId: await session.runningTurn() };
    await call.turns.stop(stop);
    await call.prompts.retry({ sessionId: session.id, commandId: newCommandId(), promptId: first });
    expect((await session.now()).state.running).toMatchObject({ promptId: first, attempt: 2 });
    expect(await session.promptStatus(first)).toBe('running');
  });

  it('that waits runs with the words that it was edited to', async () => {
    const session = await TestSession.create(world.current);
    await session.send('one');
    const promptId = await session.send('old words');
    const call = callAs(world.current, session.owner);
    await call.prompts.edit({
      sessionId: session.id,
      commandId: newCommandId(),
      promptId,
      text: 'new words',
    });
    const stop = { sessionId: session.id, commandId: newCommandId(), turnId: await session.runningTurn() };
    await call.turns.stop(stop);
    const commands = await world.current.db.sandboxCommand.findMany({ where: { sessionId: session.id } });
    expect(commands.map(({ command }) => (command as { text?: string }).text)).toContain('new words');
  });
});

describe('numbers that no log has', () => {
  it('are bad input, not a failure of ours', async () => {
    const session = await TestSession.create(world.current);
    const call = callAs(world.current, session.owner);
    const beyond = 2 ** 40;
    await expect(call.events.after({ sessionId: session.id, after: beyond })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
    await expect(call.events.before({ sessionId: session.id, before: beyond })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
  });
});
