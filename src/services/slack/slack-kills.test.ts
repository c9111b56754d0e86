import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PartId } from '@/domain/ids';
import type { Chat } from '@/ports/chat';
import { useDeps } from '@/testing/deps';
import { expireLeases, SlackTeam } from '@/testing/slack-team';
import { textOf } from '@/testing/slack-world';
import { healSlack } from './work-off-requests';

const world = useDeps();
let team: SlackTeam;

beforeEach(async () => {
  team = await SlackTeam.start(world.current);
});
afterEach(() => team.slack.close());

const CALLS = ['post', 'update', 'find', 'postRoot', 'whisper', 'nameOf'] as const;

interface Killer {
  killed: Promise<unknown>;
  isKilled(): boolean;
}

/** Ends the process, as far as anybody sees, before or after the n-th call to Slack: nothing that waits for it goes on. */
function killAt(chat: Chat, nth: number, when: 'before' | 'after'): Killer & { chat: Chat } {
  const dead = Promise.withResolvers<null>();
  const state = { calls: 0, isKilled: false };
  const die = (): Promise<never> => {
    state.isKilled = true;
    dead.resolve(null);
    return new Promise<never>(() => undefined);
  };
  const wrapped = { ...chat };
  for (const name of CALLS) {
    const call = chat[name].bind(chat) as (...given: unknown[]) => Promise<unknown>;
    const killing = async (...given: unknown[]): Promise<unknown> => {
      state.calls += 1;
      if (state.calls !== nth) return call(...given);
      if (when === 'after') await call(...given);
      return die();
    };
    Object.assign(wrapped, { [name]: killing });
  }
  return { chat: wrapped, killed: dead.promise, isKilled: () => state.isKilled };
}

/** A new process: whatever the old one held is let go by time. */
async function recover(chat: Chat): Promise<void> {
  world.current.chat = chat;
  world.current.forget();
  for (let sweep = 0; sweep < 2; sweep += 1) {
    await expireLeases(world.current);
    await healSlack(world.current, Date.now() + 20_000);
    await world.current.drain();
  }
}

/** Runs a whole turn in a thread; the process dies at the n-th call. False when there were fewer calls. */
async function live(nth: number, when: 'before' | 'after', begin: 'mention' | 'command'): Promise<boolean> {
  const { chat } = world.current;
  if (!chat) throw new Error('No Slack.');
  const killer = killAt(chat, nth, when);
  world.current.chat = killer.chat;
  const drain = async (): Promise<void> => {
    await Promise.race([world.current.drain(), killer.killed]);
    if (killer.isKilled()) await recover(chat);
  };
  await (begin === 'mention' ? team.slack.write('ada', '@Dispatch do it') : team.slack.give('ada', 'do it'));
  await drain();
  const { bridge, turn, threadTs } = await team.join();
  await drain();
  const { turnId, promptId } = turn;
  await bridge.say(
    ...['One.', 'Two.'].map((text, index) => ({
      ...{ kind: 'part.finished', turnId, partId: `prt_${index}` as PartId, part: { type: 'text', text } },
    })),
    { kind: 'prompt.finished', promptId, turnId, outcome: 'completed', reason: null },
  );
  await drain();
  await recover(chat);
  const told = team.slack.told(threadTs).map(textOf);
  expect(told.filter((text) => text.includes('On it'))).toHaveLength(1);
  expect(told.filter((text) => text.includes('Two.'))).toHaveLength(1);
  expect(told).toHaveLength(2);
  expect(await world.current.db.slackThread.count()).toBe(1);
  return killer.isKilled();
}

describe('the app, killed before or after any call to Slack', () => {
  it.each([
    ['mention', 'before'],
    ['mention', 'after'],
    ['command', 'before'],
    ['command', 'after'],
  ] as const)(
    'of a %s: %s',
    async (begin, when) => {
      for (let nth = 1; await live(nth, when, begin); nth += 1) {
        expect(nth).toBeLessThan(20);
        await team.slack.close();
        team = await SlackTeam.start(world.current);
      }
    },
    120_000,
  );

  it('between the acknowledgement and the work does the work at the next sweep', async () => {
    const ts = await team.slack.write('ada', '@Dispatch do it');
    const { chat } = world.current;
    if (!chat) throw new Error('No Slack.');
    await recover(chat);
    expect(team.slack.told(ts).map(textOf).join()).toContain('On it');
  });
});
