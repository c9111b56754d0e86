import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PartId } from '@/domain/ids';
import type { Caller } from '@/services/caller';
import { useDeps } from '@/testing/deps';
import { SlackTeam } from '@/testing/slack-team';
import { type SlackWorld, textOf } from '@/testing/slack-world';
import { callAs, newCommandId, newPromptId } from '@/testing/test-session';

const world = useDeps();
let team: SlackTeam;
let slack: SlackWorld;
let ada: Caller;
let ben: Caller;

beforeEach(async () => {
  team = await SlackTeam.start(world.current);
  ({ slack, ada, ben } = team);
});
afterEach(() => slack.close());

const wrote = (turnId: string, text: string) => ({
  ...{ kind: 'part.finished', turnId, partId: `prt_${text.length}` as PartId, part: { type: 'text', text } },
});
const ended = (turn: { promptId: string; turnId: string }, outcome = 'completed') => ({
  ...{ kind: 'prompt.finished', promptId: turn.promptId, turnId: turn.turnId, outcome, reason: null },
});

describe('a mention in a channel', () => {
  it('becomes a session in its thread, which tells of the turn and how it ended', async () => {
    const { threadTs, bridge, turn, sessionId } = await team.running();
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
    const { threadTs, sessionId } = await team.running();
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
    const sessionId = await team.sessionIn(threadTs);
    const view = await callAs(world.current, ben).sessions.get({ sessionId });
    expect(view.session).toMatchObject({ title: 'tidy up', creatorId: ben.person.id });
  });
});
