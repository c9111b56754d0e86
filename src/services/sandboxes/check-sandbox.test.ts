import { describe, expect, it } from 'vitest';
import { AppError } from '@/domain/errors';
import { useDeps } from '@/testing/deps';
import { callAs, delivered, newCommandId, phase, TestSession } from '@/testing/test-session';
import { checkSandbox } from './check-sandbox';
import { sweep } from './sweep';

const world = useDeps();

/** Time passes until the session is overdue, and the minute's sweep comes by. */
async function sweepLater(session: TestSession, seconds = 400): Promise<void> {
  await session.pass(seconds);
  await sweep(world.current);
}

async function deliveredSession() {
  const { session, bridge } = await TestSession.ready(world.current);
  const turn = (await session.now()).state.running!;
  await bridge.take();
  await bridge.say(delivered(turn));
  return { session, bridge, turn };
}

async function reasonOfEnd(session: TestSession): Promise<string | undefined> {
  const end = (await session.events()).findLast((event) => event.kind === 'prompt.finished');
  return end?.kind === 'prompt.finished' ? end.reason?.message : undefined;
}

describe('a sandbox that was requested', () => {
  it('and never started, because the process died, is started by the sweep', async () => {
    const session = await TestSession.create(world.current);
    await session.send('one');
    world.current.forget();
    await sweepLater(session);
    expect(world.current.sandboxes.running).toMatchObject([{ spec: { key: `s-${session.id}-1` } }]);
    expect((await session.now()).sandboxRef).toMatchObject({ id: 'sb-1' });
  });

  it('and created, but not written down, is created again by the same key: the same sandbox', async () => {
    const session = await TestSession.create(world.current);
    await session.send('one');
    await world.current.drain();
    await world.current.db.$executeRaw`UPDATE session SET sandbox_ref = NULL WHERE id = ${session.id}::uuid`;
    await sweepLater(session, 100);
    expect(world.current.sandboxes.all).toHaveLength(1);
    expect((await session.now()).sandboxRef).toMatchObject({ id: 'sb-1' });
  });

  it('and reports, but was never written down, is found by its labels and looked after', async () => {
    const { session } = await deliveredSession();
    await world.current.db.$executeRaw`UPDATE session SET sandbox_ref = NULL WHERE id = ${session.id}::uuid`;
    await checkSandbox(world.current, session.id);
    expect((await session.now()).sandboxRef).toMatchObject({ id: 'sb-1' });
    await world.current.db.$executeRaw`UPDATE session SET sandbox_ref = NULL WHERE id = ${session.id}::uuid`;
    world.current.sandboxes.kill('sb-1');
    await checkSandbox(world.current, session.id);
    expect((await session.story()).slice(-2)).toEqual(['lost 1', 'interrupted']);
  });

  it('is told apart from others by its environment and labels', async () => {
    const session = await TestSession.create(world.current);
    await session.send('one');
    await world.current.drain();
    const { spec } = world.current.sandboxes.running[0]!;
    expect(spec.env).toMatchObject({ DISPATCH_SESSION: session.id, DISPATCH_EPOCH: '1' });
    expect(spec.labels).toEqual({ deployment: 'test', session: session.id, epoch: '1' });
    expect(JSON.stringify(spec)).not.toContain('key of tests');
  });

  it('but can’t be created is tried three times; then every prompt is failed with the reason', async () => {
    const session = await TestSession.create(world.current);
    const long = 'no room '.repeat(1_000);
    world.current.sandboxes.createFailures.push(
      new AppError('sandbox_unavailable', 'no room 1'),
      new Error('no room 2\u0000'),
      new Error(long),
    );
    const first = await session.send('one');
    const second = await session.send('two');
    await world.current.drain();
    expect(await session.promptStatus(first)).toBe('failed');
    expect(await session.promptStatus(second)).toBe('failed');
    const events = await session.events();
    expect(events.filter(({ kind }) => kind === 'unknown')).toEqual([]);
    expect(await reasonOfEnd(session)).toMatch(/could not be created: no room/);
    expect((await session.now()).state.sandbox).toMatchObject({ phase: 'failed', failures: 3 });
    const third = await session.send('three');
    await world.current.drain();
    expect(await session.promptStatus(third)).toBe('running');
    expect(world.current.sandboxes.running).toHaveLength(1);
  });

  it('and is not wanted any more when it is there is ended', async () => {
    const session = await TestSession.create(world.current);
    await session.send('one');
    world.current.sandboxes.beforeCreated = async () => {
      await session.bridge().say(phase(1, 'failed', 'repository_not_found'));
      await session.send('again');
      world.current.sandboxes.beforeCreated = () => Promise.resolve();
    };
    await world.current.drain();
    expect(world.current.sandboxes.running.map(({ spec }) => spec.labels['epoch'])).toEqual(['2']);
  });

  it('whose bridge never says a word is given up', async () => {
    const session = await TestSession.create(world.current);
    const promptId = await session.send('one');
    await world.current.drain();
    await sweepLater(session, 200);
    expect((await session.now()).epoch).toBe(1);
    for (const epoch of [2, 3]) {
      await sweepLater(session);
      await world.current.drain();
      expect((await session.now()).epoch).toBe(epoch);
    }
    await sweepLater(session);
    await world.current.drain();
    expect(await session.promptStatus(promptId)).toBe('failed');
    expect(world.current.sandboxes.running).toEqual([]);
  });
});

describe('a sandbox that is gone in mid-turn', () => {
  it('interrupts the turn, which can be retried; the disk is kept and the next start is from it', async () => {
    const { session, turn } = await deliveredSession();
    world.current.sandboxes.kill('sb-1', 9);
    await checkSandbox(world.current, session.id);
    expect((await session.story()).slice(-2)).toEqual(['lost 1', 'interrupted']);
    expect(await reasonOfEnd(session)).toMatch(/exit code 9/);
    expect(await session.snapshots()).toEqual(['disk-of-sb-1']);
    await callAs(world.current, session.owner).prompts.retry({
      sessionId: session.id,
      commandId: newCommandId(),
      promptId: turn.promptId,
    });
    await world.current.drain();
    expect(world.current.sandboxes.running).toMatchObject([
      { spec: { from: { type: 'snapshot', id: 'disk-of-sb-1' }, labels: { epoch: '2' } } },
    ]);
    const { commands } = await session.bridge(2).say(phase(2, 'ready'));
    expect(commands.filter(({ command }) => command.type === 'prompt')).toMatchObject([
      { command: { type: 'prompt', promptId: turn.promptId, attempt: 2 } },
    ]);
  });

  it('keeps what was open as it was stored, and hears nothing of it afterwards', async () => {
    const { session, bridge, turn } = await deliveredSession();
    const { turnId } = turn;
    const part = { kind: 'part.started', turnId, parentPartId: null } as const;
    const tool = { type: 'tool', tool: 'bash', title: 'ls', input: '{}' } as const;
    const checkpoint = { turnId, partId: 'prt_1', offset: 0, text: 'So far', isReplacement: false };
    await bridge.tell(
      [
        { ...part, partId: 'prt_1', part: { type: 'text' } },
        { ...part, partId: 'prt_2', part: tool },
      ],
      { checkpoints: [checkpoint as never] }, // ids are unbranded here
    );
    world.current.sandboxes.kill('sb-1');
    await checkSandbox(world.current, session.id);
    const ended = { ...part, kind: 'part.finished', partId: 'prt_1', part: { type: 'text', text: 'late' } };
    await bridge.say(ended);
    const events = await session.events();
    expect((await session.story()).slice(-4)).toEqual([
      'lost 1',
      'part.finished',
      'part.finished',
      'interrupted',
    ]);
    expect(events.slice(-3)).toMatchObject([
      { partId: 'prt_1', part: { type: 'text', text: 'So far' } },
      { partId: 'prt_2', part: { ...tool, status: 'error', output: '(interrupted)' } },
      { turnId },
    ]);
  });

  it('runs what waits in the next one', async () => {
    const { session } = await deliveredSession();
    const second = await session.send('two');
    world.current.sandboxes.kill('sb-1');
    await checkSandbox(world.current, session.id);
    await world.current.drain();
    expect((await session.now()).state.running?.promptId).toBe(second);
    expect((await session.story()).slice(-5)).toEqual([
      'lost 1',
      'interrupted',
      'prompt.started',
      'requested 2',
      'waking 2',
    ]);
  });

  it('and did not have the prompt yet gives it to the next one, though it had taken it', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    const turnId = await session.runningTurn();
    await bridge.take();
    expect(bridge.commands).toEqual([]);
    world.current.sandboxes.kill('sb-1');
    await checkSandbox(world.current, session.id);
    await world.current.drain();
    const { commands } = await session.bridge(2).say(phase(2, 'ready'));
    expect(commands).toMatchObject([{ command: { type: 'prompt', turnId, attempt: 1 } }]);
  });

  it('says what it ran out of, once, also of one that runs on', async () => {
    const { session } = await deliveredSession();
    const { sandboxes } = world.current;
    sandboxes.limit('sb-1', 'processes');
    await checkSandbox(world.current, session.id);
    await checkSandbox(world.current, session.id);
    sandboxes.limit('sb-1', 'memory');
    sandboxes.kill('sb-1');
    await checkSandbox(world.current, session.id);
    const hit = (await session.events()).filter((event) => event.kind === 'sandbox.limit_hit');
    expect(hit.map(({ limit }) => limit)).toEqual(['processes', 'memory']);
    expect((await session.story()).slice(-2)).toEqual(['lost 1', 'interrupted']);
    expect((await session.now()).state.sandbox.limitsHit).toEqual(['processes', 'memory']);
  });

  it('keeps no disk of a sandbox that was never ready', async () => {
    const session = await TestSession.create(world.current);
    await session.send('one');
    await world.current.drain();
    await session.bridge().say(phase(1, 'cloning'));
    world.current.sandboxes.kill('sb-1');
    await checkSandbox(world.current, session.id);
    await world.current.drain();
    expect(await session.snapshots()).toEqual([]);
    expect(world.current.sandboxes.running).toMatchObject([{ spec: { from: { type: 'image' } } }]);
  });
});

describe('a sandbox that runs', () => {
  it('is left alone while its bridge is heard', async () => {
    const { session, bridge } = await deliveredSession();
    await session.pass(80);
    await checkSandbox(world.current, session.id);
    await bridge.say();
    await session.pass(80);
    await checkSandbox(world.current, session.id);
    expect((await session.now()).state.sandbox.phase).toBe('ready');
    expect(
      await world.current.db.session.count({ where: { id: session.id, deadlineAt: { gt: new Date() } } }),
    ).toBe(1);
  });

  it('may set up for an hour while its bridge is heard, and that is not the turn’s time', async () => {
    const session = await TestSession.create(world.current);
    await session.send('one');
    await world.current.drain();
    const bridge = session.bridge();
    await bridge.say(phase(1, 'cloning'), phase(1, 'setup'));
    for (let heard = 0; heard < 4; heard += 1) {
      await session.pass(900);
      await bridge.say();
      await sweep(world.current);
    }
    await bridge.say(phase(1, 'setup', 'setup_timed_out'), phase(1, 'agent_starting'), phase(1, 'ready'));
    const { running } = (await session.now()).state;
    await bridge.take();
    await bridge.say(delivered(running!));
    await session.pass(60);
    await sweep(world.current);
    expect((await session.now()).state).toMatchObject({
      sandbox: { phase: 'ready', epoch: 1 },
      running: { turnId: running!.turnId, isStopRequested: false },
    });
  });

  it('is taken for dead when its bridge is silent', async () => {
    const { session } = await deliveredSession();
    await sweepLater(session, 91);
    expect((await session.story()).slice(-2)).toEqual(['lost 1', 'interrupted']);
    expect(await reasonOfEnd(session)).toMatch(/did not answer for 9\d s/);
    expect(world.current.sandboxes.running).toEqual([]);
  });

  it('is left alone while its provider can’t be asked', async () => {
    const { session } = await deliveredSession();
    world.current.sandboxes.outage = new AppError('sandbox_unavailable', 'The host is away.');
    await sweepLater(session);
    expect((await session.now()).state.running).not.toBeNull();
    expect(world.current.logged).toContain('a sandbox could not be checked');
    world.current.sandboxes.outage = null;
    await sweepLater(session);
    expect((await session.story()).slice(-2)).toEqual(['lost 1', 'interrupted']);
  });

  it('has a turn ended that takes too long: the bridge is told, and the next one starts', async () => {
    const { session, bridge, turn } = await deliveredSession();
    const second = await session.send('two');
    await bridge.say();
    await bridge.take();
    await session.pass(3_700);
    await bridge.say();
    await sweep(world.current);
    expect((await session.story()).slice(-2)).toEqual(['failed', 'prompt.started']);
    expect(await reasonOfEnd(session)).toMatch(/62 minutes/);
    const { commands } = await bridge.say();
    expect(commands.map(({ command }) => command)).toMatchObject([
      { type: 'stop', turnId: turn.turnId },
      { type: 'prompt', promptId: second },
    ]);
    expect(world.current.realtime.toldOn(`private-sandbox-${session.id}.1`)).toContain('doorbell');
  });
});
