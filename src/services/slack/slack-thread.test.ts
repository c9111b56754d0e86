import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PartId, SessionId } from '@/domain/ids';
import type { Caller } from '@/services/caller';
import { findSession } from '@/db/sessions';
import { useDeps } from '@/testing/deps';
import { SlackWorld, textOf } from '@/testing/slack-world';
import {
  callAs,
  newCommandId,
  newPerson,
  newPromptId,
  newRepository,
  newTeam,
  phase,
  TestBridge,
} from '@/testing/test-session';

const world = useDeps();
let slack: SlackWorld;
let ada: Caller;
let ben: Caller;

beforeEach(async () => {
  slack = await SlackWorld.start(world.current);
  ada = await newPerson(world.current, { name: 'Ada' });
  ben = await newPerson(world.current, { name: 'Ben' });
  const teamId = await newTeam(world.current, [
    [ada, 'owner'],
    [ben, 'member'],
  ]);
  await newRepository(world.current, teamId);
  await slack.install(teamId);
  await slack.link('ada', ada);
});
afterEach(() => slack.close());

async function sessionIn(threadTs: string): Promise<SessionId> {
  const { sessionId } = await world.current.db.slackThread.findFirstOrThrow({ where: { threadTs } });
  return sessionId as SessionId;
}

/** A session in a thread whose first turn runs. */
async function running(text = '@Dispatch create notes/x.md with: y') {
  const threadTs = await slack.say('ada', text);
  const sessionId = await sessionIn(threadTs);
  const bridge = new TestBridge(world.current, { sessionId, epoch: 1 });
  await bridge.say(phase(1, 'ready'));
  await world.current.drain();
  const turn = (await findSession(world.current.db, sessionId))?.state.running;
  if (!turn) throw new Error('No turn runs.');
  return { threadTs, sessionId, bridge, turn };
}

const wrote = (turnId: string, text: string) => ({
  ...{ kind: 'part.finished', turnId, partId: `prt_${text.length}` as PartId, part: { type: 'text', text } },
});
const ended = (turn: { promptId: string; turnId: string }, outcome = 'completed') => ({
  ...{ kind: 'prompt.finished', promptId: turn.promptId, turnId: turn.turnId, outcome, reason: null },
});

describe('a mention in a channel', () => {
  it('becomes a session in its thread, which tells of the turn and how it ended', async () => {
    const { threadTs, bridge, turn, sessionId } = await running();
    expect(slack.told(threadTs).map(textOf).join()).toContain('acme/web');
    expect(slack.told(threadTs).map(textOf).at(-1)).toContain('Working');
    await bridge.say(wrote(turn.turnId, 'I wrote **notes/x.md**.'), ended(turn));
    await slack.settle();
    const last = slack.told(threadTs).map(textOf).at(-1);
    expect(last).toContain('Done');
    expect(last).toContain('I wrote *notes/x.md*.');
    expect(slack.told(threadTs)).toHaveLength(2);
    const events = await callAs(world.current, ada).events.after({ sessionId, after: 0 });
    const asked = events.events.find(({ event }) => event.kind === 'prompt.queued');
    expect(asked).toMatchObject({
      actor: { name: 'Ada', via: 'slack' },
      event: { text: 'create notes/x.md with: y' },
    });
  });

  it('takes replies as prompts of those who write them, and shows what was said elsewhere', async () => {
    const { threadTs, sessionId } = await running();
    await slack.link('ben', ben);
    await slack.say('ben', 'and <also> z', threadTs);
    const promptId = newPromptId();
    await callAs(world.current, ada).prompts.send({
      sessionId,
      commandId: newCommandId(),
      promptId,
      text: 'from the web',
    });
    await slack.settle();
    const { events } = await callAs(world.current, ada).events.after({ sessionId, after: 0 });
    const said = events.flatMap(({ actor, event }) =>
      event.kind === 'prompt.queued' ? [[actor.type === 'user' && actor.name, event.text]] : [],
    );
    expect(said).toContainEqual(['Ben', 'and <also> z']);
    const told = slack.told(threadTs).map(textOf).join();
    expect(told).toContain('from the web');
    expect(told).not.toContain('also');
  });
});

describe('somebody who is not linked', () => {
  it('is privately shown how, and what they asked for is done right after', async () => {
    const threadTs = await slack.say('ben', '@dispatch tidy up');
    expect(slack.told(threadTs)).toEqual([]);
    expect(textOf(slack.whispers('ben')[0] ?? { text: '' })).toContain('Link my account');
    await slack.link('ben', ben);
    const sessionId = await sessionIn(threadTs);
    const view = await callAs(world.current, ben).sessions.get({ sessionId });
    expect(view.session).toMatchObject({ title: 'tidy up', creatorId: ben.person.id });
  });
});
