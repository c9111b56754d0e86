import { describe, expect, it } from 'vitest';
import { AskId, BlobKey, type TurnId } from '@/domain/ids';
import { ASK_SECONDS } from '@/domain/session/patience';
import { useDeps } from '@/testing/deps';
import {
  callAs,
  delivered,
  finished,
  newCommandId,
  newPerson,
  newPromptId,
  phase,
  type TestBridge,
  TestSession,
} from '@/testing/test-session';
import type { Caller } from '../caller';
import { sweep } from '../sandboxes/sweep';

const world = useDeps();
const askId = AskId.parse('per_1');
const permission = { type: 'permission', permission: 'bash', title: 'git push', always: [] } as const;
const yes = { type: 'permission', reply: 'once', message: null } as const;
const no = { type: 'permission', reply: 'reject', message: null } as const;

interface Working {
  session: TestSession;
  bridge: TestBridge;
  turnId: TurnId;
  ben: Caller;
}

/** A session whose first turn the agent has, and a second member of its team. */
async function working(): Promise<Working> {
  const { session, bridge } = await TestSession.ready(world.current);
  const { running } = (await session.now()).state;
  if (!running) throw new Error('No turn runs.');
  await bridge.say(delivered(running));
  await bridge.take();
  const ben = await newPerson(world.current, { name: 'Ben', via: 'cli' });
  await world.current.db.membership.create({
    data: { teamId: session.teamId, userId: ben.person.id, role: 'member' },
  });
  return { session, bridge, turnId: running.turnId, ben };
}

async function asking(): Promise<Working> {
  const now = await working();
  await now.bridge.say({ kind: 'ask.opened', turnId: now.turnId, askId, ask: permission, toolPartId: null });
  return now;
}

function answerAs({ session }: Working, caller: Caller, answer: typeof yes | typeof no) {
  return callAs(world.current, caller).asks.answer({
    ...{ sessionId: session.id, commandId: newCommandId(), askId, answer },
    promptId: newPromptId(),
  });
}

const speak = ({ session, turnId }: Working, text: string) => ({
  ...{ sessionId: session.id, commandId: newCommandId(), promptId: newPromptId(), turnId },
  text,
});

describe('an ask', () => {
  it('is won by one of two who answer at the same moment, and the other is told', async () => {
    const now = await asking();
    const answers = await Promise.allSettled([
      answerAs(now, now.session.owner, yes),
      answerAs(now, now.ben, no),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const lost = answers.find(({ status }) => status === 'rejected');
    expect(String(lost?.status === 'rejected' && lost.reason)).toContain('Somebody answered this');
    const answered = (await now.session.events()).filter((event) => event.kind === 'ask.answered');
    expect(answered).toHaveLength(1);
    const { commands } = await now.bridge.say();
    expect(commands.map(({ command }) => command)).toEqual([
      { type: 'answer', turnId: now.turnId, askId, answer: answered[0]?.answer },
    ]);
  });

  it('rings the bridge’s bell when it is answered', async () => {
    const now = await asking();
    const before = world.current.realtime.messages.length;
    await answerAs(now, now.ben, yes);
    const rung = world.current.realtime.messages.slice(before).map(({ event }) => event);
    expect(rung).toContain('doorbell');
  });

  it('is no viewer’s to answer', async () => {
    const now = await asking();
    const eve = await newPerson(world.current, { name: 'Eve' });
    await world.current.db.membership.create({
      data: { teamId: now.session.teamId, userId: eve.person.id, role: 'viewer' },
    });
    await expect(answerAs(now, eve, yes)).rejects.toThrow('you can watch this session');
  });

  it('that nobody answers is dismissed by the sweep, and the turn is not ended for it', async () => {
    const now = await asking();
    await now.session.pass(ASK_SECONDS + 1);
    await now.bridge.say();
    await now.session.pass(60);
    await now.bridge.say();
    await sweep(world.current);
    expect((await now.session.story()).slice(-1)).toEqual(['ask.expired']);
    const { commands } = await now.bridge.say();
    expect(commands.map(({ command }) => command)).toMatchObject([
      { type: 'answer', answer: { type: 'dismiss' } },
    ]);
    expect((await now.session.now()).state.running?.turnId).toBe(now.turnId);
  });

  it('that expired makes a prompt of a late yes, from who said it', async () => {
    const now = await asking();
    await now.session.pass(ASK_SECONDS + 61);
    await now.bridge.say();
    await now.session.pass(60);
    await sweep(world.current);
    await answerAs(now, now.ben, yes);
    const rows = await world.current.db.prompt.findMany({
      where: { sessionId: now.session.id, authorId: now.ben.person.id },
    });
    expect(rows.map(({ status }) => status)).toEqual(['waiting']);
    expect(rows[0]?.text).toContain('git push');
  });

  it('that died with the agent makes a prompt of a late yes', async () => {
    const now = await asking();
    const { running } = (await now.session.now()).state;
    await now.bridge.say(finished(running!, 'interrupted'), phase(1, 'agent_restarted'));
    await answerAs(now, now.ben, yes);
    expect((await now.session.story()).slice(-5)).toEqual([
      'ask.expired',
      'agent_restarted 1',
      'member.joined',
      'prompt.queued',
      'prompt.started',
    ]);
  });

  it('of a turn that somebody stopped can’t be answered any more', async () => {
    const now = await asking();
    const { running } = (await now.session.now()).state;
    await now.bridge.say(finished(running!, 'stopped'));
    await expect(answerAs(now, now.ben, yes)).rejects.toThrow('or its turn is over');
    expect((await now.session.story()).at(-1)).toBe('ask.expired');
  });
});

describe('what is said to a running turn', () => {
  it('reaches the bridge with the same ids however often it is handed over', async () => {
    const now = await working();
    const said = speak(now, 'use tabs');
    await callAs(world.current, now.ben).prompts.steer(said);
    const first = await now.bridge.say();
    const again = await now.bridge.say();
    expect(first.commands).toEqual(again.commands);
    expect(first.commands[0]?.command).toMatchObject({
      ...{ type: 'steer', turnId: now.turnId, promptId: said.promptId, text: 'use tabs' },
      author: { name: 'Ben' },
    });
    await now.bridge.take();
    expect((await now.bridge.say()).commands).toEqual([]);
  });

  it('is one thing when it is sent twice', async () => {
    const now = await working();
    const said = speak(now, 'use tabs');
    const caller = callAs(world.current, now.ben);
    const answers = await Promise.all([caller.prompts.steer(said), caller.prompts.steer(said)]);
    expect(answers[0]).toEqual(answers[1]);
    expect((await now.session.story()).filter((kind) => kind === 'steer.sent')).toHaveLength(1);
  });

  it('is missed when the turn ends first: its row says so, and no bridge is told of it any more', async () => {
    const now = await working();
    const said = speak(now, 'use tabs');
    await callAs(world.current, now.ben).prompts.steer(said);
    const { running } = (await now.session.now()).state;
    const { commands } = await now.bridge.say(finished(running!));
    expect(commands).toEqual([]);
    expect(await now.session.promptStatus(said.promptId)).toBe('missed');
  });

  it('takes no file of another session', async () => {
    const now = await working();
    const blob = { key: BlobKey.parse(`${newPromptId()}/attachment/1`), sizeBytes: 3 };
    const attachments = [{ name: 'x.txt', mime: 'text/plain', blob }];
    const said = { ...speak(now, 'look'), attachments };
    await expect(callAs(world.current, now.ben).prompts.steer(said)).rejects.toThrow(
      'was not uploaded for this session',
    );
  });
});

describe('a file that goes with a prompt', () => {
  it('is put into the session’s own part of the store, and handed over with an address', async () => {
    const { session } = await working();
    const caller = callAs(world.current, session.owner);
    const upload = await caller.uploads.request({
      ...{ sessionId: session.id, mime: 'text/plain', sizeBytes: 3 },
    });
    expect(upload.key.startsWith(`${session.id}/attachment/`)).toBe(true);
    const fresh = await TestSession.create(world.current);
    const own = await callAs(world.current, fresh.owner).uploads.request({
      ...{ sessionId: fresh.id, mime: 'text/plain', sizeBytes: 3 },
    });
    const attachments = [
      { name: 'a.txt', mime: 'text/plain', blob: { key: BlobKey.parse(own.key), sizeBytes: 3 } },
    ];
    await callAs(world.current, fresh.owner).prompts.send({
      ...{ sessionId: fresh.id, commandId: newCommandId(), promptId: newPromptId(), text: 'read it' },
      attachments,
    });
    await world.current.drain();
    const { commands } = await fresh.bridge().say(phase(1, 'ready'));
    const command = commands[0]?.command;
    const [given] = command?.type === 'prompt' ? command.attachments : [];
    expect(given?.name).toBe('a.txt');
    expect(given?.url).toContain(own.key);
  });

  it('is no stranger’s to upload', async () => {
    const { session } = await working();
    const eve = await newPerson(world.current, { name: 'Eve' });
    const asked = callAs(world.current, eve).uploads.request({
      ...{ sessionId: session.id, mime: 'text/plain', sizeBytes: 3 },
    });
    await expect(asked).rejects.toThrow('There is no session');
  });
});

describe('a stop with something to do instead', () => {
  it('ends the turn and runs before what waited', async () => {
    const now = await working();
    const waiting = await now.session.send('later');
    const said = speak(now, 'this first');
    await callAs(world.current, now.ben).prompts.interrupt(said);
    const { commands } = await now.bridge.say();
    expect(commands.map(({ command }) => command.type)).toEqual(['stop']);
    const { running } = (await now.session.now()).state;
    await now.bridge.say(finished(running!, 'stopped'));
    const { state } = await now.session.now();
    expect(state.running?.promptId).toBe(said.promptId);
    expect(state.queue.map(({ promptId }) => promptId)).toEqual([waiting]);
  });
});
