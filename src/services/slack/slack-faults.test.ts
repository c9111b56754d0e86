import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_QUEUED } from '@/domain/queue/queue';
import { addUser } from '@/embedded/slack/seed';
import type { PartId } from '@/domain/ids';
import { useDeps } from '@/testing/deps';
import { expireLeases, SlackTeam } from '@/testing/slack-team';
import { textOf } from '@/testing/slack-world';
import { newPerson } from '@/testing/test-session';
import { healSlack } from './work-off-requests';

const world = useDeps();
let team: SlackTeam;

beforeEach(async () => {
  team = await SlackTeam.start(world.current);
});
afterEach(() => team.slack.close());

type Turn = { promptId: string; turnId: string };
const wrote = (turnId: string, text: string, part = 'prt_1') => ({
  ...{ kind: 'part.finished', turnId, partId: part as PartId, part: { type: 'text', text } },
});
const ended = ({ promptId, turnId }: Turn) => ({
  ...{ kind: 'prompt.finished', promptId, turnId, outcome: 'completed', reason: null },
});
const ran = (turnId: string, index: number) => ({
  ...{ kind: 'part.started', turnId, partId: `prt_t${index}` as PartId },
  part: { type: 'tool', tool: 'bash', title: `step ${index}`, input: '{}' },
});

/** As the minute's sweep does, when everything that waits is due. */
async function heal(): Promise<void> {
  await expireLeases(world.current);
  await healSlack(world.current, Date.now() + 20_000);
  await world.current.drain();
}

/** Work that is put off begins at once, as in a running app. */
function runAtOnce(): void {
  world.current.defer = (work) =>
    void work().catch((error: unknown) => world.current.logged.push(String(error)));
}

const texts = (threadTs: string) => team.slack.told(threadTs).map(textOf);

describe('Slack', () => {
  it('is called at most 8 times for 300 updates in ten seconds, and shows the last state', async ({
    task,
  }) => {
    const { threadTs, bridge, turn } = await team.running();
    runAtOnce();
    const before = team.slack.slack.calls.length;
    const from = Date.now();
    for (let index = 0; index < 300; index += 1) {
      await bridge.say(ran(turn.turnId, index));
      await delay(Math.max(0, from + index * 33 - Date.now()));
    }
    await bridge.say(wrote(turn.turnId, 'All three hundred.'), ended(turn));
    await expect.poll(() => texts(threadTs).at(-1), { timeout: 15_000 }).toContain('All three hundred.');
    const calls = team.slack.slack.calls.length - before;
    const seconds = (Date.now() - from) / 1_000;
    Object.assign(task.meta, { figures: { updates: 300, seconds, calls } });
    // A busy machine takes longer for them, at one change in two seconds.
    expect(calls).toBeLessThanOrEqual(Math.max(8, Math.ceil(seconds / 2) + 1));
    expect(texts(threadTs).at(-1)).toContain('300 steps');
  }, 60_000);

  it('that asks for silence is left alone so long, and then told what is missing', async () => {
    const { threadTs, bridge, turn } = await team.running();
    team.slack.slack.faults.refusals.set('chat.update', { count: 1, retryAfterS: 2 });
    await delay(2_100);
    const before = team.slack.callsTo('chat.update');
    await bridge.say(wrote(turn.turnId, 'The end.'), ended(turn));
    const refusedAt = Date.now();
    await team.slack.settle();
    await expect
      .poll(async () => {
        await heal();
        return texts(threadTs).at(-1);
      })
      .toContain('The end.');
    expect(Date.now() - refusedAt).toBeGreaterThan(1_900);
    // The one that was refused, and then the head of the thread and the end of the turn.
    expect(team.slack.callsTo('chat.update') - before).toBe(3);
  });

  it('that is away is told all that happened meanwhile, once and in order', async () => {
    const { threadTs, bridge, turn, sessionId } = await team.running();
    team.slack.slack.faults.isDown = true;
    await bridge.say(wrote(turn.turnId, 'First answer.'), ended(turn));
    await team.send(sessionId, 'and now from the web');
    await world.current.drain();
    for (let sweep = 0; sweep < 3; sweep += 1) await heal();
    team.slack.slack.faults.isDown = false;
    await heal();
    const told = texts(threadTs);
    expect(told).toHaveLength(4);
    expect(told[1]).toContain('First answer.');
    expect(told[2]).toContain('and now from the web');
    expect(told[3]).toContain('Working');
  });

  it('that took the token back is not called any more, until the app is installed again', async () => {
    const { threadTs, bridge, turn } = await team.running();
    const { tables } = team.slack.slack;
    const kept = tables.tokens.all();
    for (const { id } of kept) tables.tokens.delete(id);
    await bridge.say(wrote(turn.turnId, 'Said to nobody.'), ended(turn));
    await team.slack.settle();
    const calls = team.slack.slack.calls.length;
    await heal();
    expect(team.slack.slack.calls.length).toBe(calls);
    for (const { id: _id, ...row } of kept) tables.tokens.insert(row);
    await team.slack.install(team.teamId);
    await heal();
    expect(texts(threadTs).at(-1)).toContain('Said to nobody.');
  });

  it('with an archived channel stops no session, and the thread goes on once it is opened again', async () => {
    const { threadTs, bridge, turn } = await team.running();
    const { tables } = team.slack.slack;
    const channel = tables.channels.findOneBy('channel_id', 'C0ENG');
    if (!channel) throw new Error('No channel.');
    const { promptId, turnId } = turn;
    await bridge.say(wrote(turnId, 'In the dark.'));
    tables.channels.update(channel.id, { is_archived: true });
    await bridge.say({
      kind: 'ask.opened',
      turnId,
      askId: 'ask_1',
      toolPartId: null,
      ask: { type: 'permission', permission: 'bash', title: 'x', always: [] },
    });
    await bridge.say(ended({ promptId, turnId }));
    await team.slack.settle();
    expect(world.current.logged).toEqual([]);
    tables.channels.update(channel.id, { is_archived: false });
    await team.slack.slack.announce({ type: 'channel_unarchive', channel: 'C0ENG', user: 'U0ADA' });
    await world.current.drain();
    await heal();
    expect(texts(threadTs).join()).toContain('In the dark.');
  });

  it('where somebody deleted our message gets the end of the turn in a new one', async () => {
    const { threadTs, bridge, turn } = await team.running();
    const { messages } = team.slack.slack.tables;
    const ours = team.slack.told(threadTs).at(-1);
    messages.delete(ours?.id ?? 0);
    await bridge.say(wrote(turn.turnId, 'Still here.'), ended(turn));
    await team.slack.settle();
    expect(texts(threadTs).filter((text) => text.includes('Still here.'))).toHaveLength(1);
  });

  it('takes the words of fifty people in one thread, each as their own, as far as a queue goes', async ({
    task,
  }) => {
    const { threadTs, sessionId } = await team.running();
    const names = Array.from({ length: 50 }, (_, index) => `p${index}`);
    for (const name of names) {
      addUser(team.slack.slack.tables, { id: `U0${name.toUpperCase()}`, name, realName: name });
      const caller = await newPerson(world.current, { name: `Person ${name}` });
      const { id: userId } = caller.person;
      await world.current.db.membership.create({ data: { teamId: team.teamId, userId, role: 'member' } });
      await world.current.db.slackPerson.create({
        data: { workspaceId: 'T0ACME', slackUserId: `U0${name.toUpperCase()}`, userId },
      });
    }
    const told = names.map((name) => team.slack.write(name, `words of ${name}`, threadTs));
    await Promise.all(told);
    await world.current.drain();
    const rows = await world.current.db.prompt.findMany({
      where: { sessionId },
      select: { text: true, authorId: true },
    });
    const said = rows.filter(({ text }) => text.startsWith('words of'));
    Object.assign(task.meta, { figures: { people: 50, prompts: said.length } });
    expect(new Set(said.map(({ authorId }) => authorId)).size).toBe(said.length);
    const refused = names.filter((name) => team.slack.whispers(name).length > 0);
    expect(said.length + refused.length).toBe(50);
    expect(said).toHaveLength(Math.min(50, MAX_QUEUED));
  }, 60_000);

  it('is left by uninstalling: nothing of it is kept but the sessions', async () => {
    const { sessionId } = await team.running();
    await team.slack.slack.announce({ type: 'app_uninstalled' });
    await world.current.drain();
    const { db } = world.current;
    expect(await db.slackWorkspace.count()).toBe(0);
    expect(await db.slackThread.count()).toBe(0);
    expect(await db.slackPerson.count()).toBe(0);
    expect(await db.session.count({ where: { id: sessionId } })).toBe(1);
  });
});

describe('an agent’s words', () => {
  it('full of mentions ping nobody', async () => {
    const { threadTs, bridge, turn } = await team.running();
    const nasty =
      '<!channel> <!here> <@U0BEN> <!subteam^S1> @here @channel @everyone [x](<!channel>) `<!everyone>`\n```\n<!channel>\n```\n# <!here>';
    await bridge.say(wrote(turn.turnId, nasty), ended(turn));
    await team.slack.settle();
    const shown = texts(threadTs).join();
    expect(shown).not.toMatch(/<[!@#]/);
    expect(shown).not.toMatch(/@(here|channel|everyone)/);
  });

  it('that are long are told in several messages, with nothing left out', async () => {
    const { threadTs, bridge, turn } = await team.running();
    const lines = Array.from({ length: 700 }, (_, index) => `line ${index} <b> & more`);
    const code = ['```ts', ...lines.slice(0, 300), '```', ...lines.slice(300)].join('\n');
    await bridge.say(wrote(turn.turnId, code), ended(turn));
    await team.slack.settle();
    const shown = texts(threadTs).join();
    const missing = lines.filter((_, index) => !new RegExp(`line ${index} &lt;b`).test(shown));
    expect(missing).toEqual([]);
    expect(world.current.logged).toEqual([]);
  });
});
