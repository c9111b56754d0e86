import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signatureHeaders } from '@/embedded/slack/deliveries';
import { useDeps } from '@/testing/deps';
import { SlackTeam } from '@/testing/slack-team';
import { SIGNING_SECRET } from '@/testing/slack-world';

const world = useDeps();
let team: SlackTeam;

beforeEach(async () => {
  team = await SlackTeam.start(world.current);
});
afterEach(() => team.slack.close());

const mention = (ts = '1700000000.000100', eventId = 'Ev1') =>
  JSON.stringify({
    ...{
      type: 'event_callback',
      team_id: 'T0ACME',
      event_id: eventId,
      authorizations: [{ user_id: 'U0DISPATCH' }],
    },
    event: { type: 'app_mention', user: 'U0ADA', text: '<@U0DISPATCH> do it', ts, channel: 'C0ENG' },
  });

const json = { 'content-type': 'application/json' };

async function post(body: string, headers: Record<string, string>): Promise<number> {
  const response = await fetch(team.slack.eventsUrl, {
    method: 'POST',
    body,
    headers: { ...json, ...headers },
  });
  return response.status;
}

const sessions = () => world.current.db.slackThread.count();
const now = () => Math.floor(Date.now() / 1_000);

describe('what Slack sends', () => {
  it.each([
    ['without a signature', () => ({})],
    ['with a signature of another secret', () => signatureHeaders('another-secret', mention())],
    ['with the signature of another body', () => signatureHeaders(SIGNING_SECRET, mention('1.1'))],
    ['signed six minutes ago', () => signatureHeaders(SIGNING_SECRET, mention(), now() - 360)],
    ['signed six minutes ahead', () => signatureHeaders(SIGNING_SECRET, mention(), now() + 360)],
    [
      'with a time that is none',
      () => ({ ...signatureHeaders(SIGNING_SECRET, mention()), 'x-slack-request-timestamp': 'NaN' }),
    ],
  ])('%s is refused and leaves nothing', async (_name, headers) => {
    expect(await post(mention(), headers())).toBe(401);
    expect(await world.current.db.slackRequest.count({ where: { id: { startsWith: 'message:' } } })).toBe(0);
  });

  it('is done once, however often it comes and under whichever names', async () => {
    const signed = signatureHeaders(SIGNING_SECRET, mention());
    expect(await post(mention(), signed)).toBe(200);
    // Replayed as it was, tried again by Slack, and told a second time as a plain message.
    expect(await post(mention(), signed)).toBe(200);
    expect(
      await post(mention(), { ...signed, 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' }),
    ).toBe(200);
    const plain = mention('1700000000.000100', 'Ev2').replace('app_mention', 'message');
    expect(await post(plain, signatureHeaders(SIGNING_SECRET, plain))).toBe(200);
    await world.current.drain();
    expect(await sessions()).toBe(1);
    expect(await world.current.db.prompt.count({ where: { text: 'do it' } })).toBe(1);
  });

  it('is answered with 500 when it could not be kept, and taken when it comes again', async () => {
    const { db } = world.current;
    const body = mention('1700000000.000200');
    world.current.db = {} as typeof db;
    const signed = signatureHeaders(SIGNING_SECRET, body);
    expect(await post(body, signed)).toBe(500);
    world.current.db = db;
    expect(await post(body, { ...signed, 'x-slack-retry-num': '1' })).toBe(200);
    await world.current.drain();
    expect(await sessions()).toBe(1);
  });

  it('is acknowledged before its work, within three seconds even when Slack itself is slow', async () => {
    const from = Date.now();
    expect(await post(mention(), signatureHeaders(SIGNING_SECRET, mention()))).toBe(200);
    expect(Date.now() - from).toBeLessThan(3_000);
    expect(await sessions()).toBe(0);
  });

  it('to prove the address is answered with the challenge', async () => {
    const body = JSON.stringify({ type: 'url_verification', challenge: 'abc' });
    const headers = { ...json, ...signatureHeaders(SIGNING_SECRET, body) };
    const response = await fetch(team.slack.eventsUrl, { method: 'POST', body, headers });
    expect(await response.json()).toEqual({ challenge: 'abc' });
  });

  it('as a command comes as a form, and once', async () => {
    const form = new URLSearchParams({
      ...{
        command: '/dispatch',
        text: 'tidy &amp; up',
        team_id: 'T0ACME',
        channel_id: 'C0ENG',
        user_id: 'U0ADA',
      },
      trigger_id: 'trigger-1',
    }).toString();
    const headers = {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      ...signatureHeaders(SIGNING_SECRET, form),
    };
    for (let time = 0; time < 2; time += 1) expect(await post(form, headers)).toBe(200);
    await world.current.drain();
    expect(await world.current.db.prompt.count({ where: { text: 'tidy & up' } })).toBe(1);
  });
});

describe('a message of ours', () => {
  it('is no request, nor is an edit of somebody’s', async () => {
    for (const more of [{ bot_id: 'B1' }, { subtype: 'message_changed' }]) {
      const body = mention().replace(
        '"user"',
        `"${Object.keys(more)[0]}":"${Object.values(more)[0]}","user"`,
      );
      expect(await post(body, signatureHeaders(SIGNING_SECRET, body))).toBe(200);
    }
    await world.current.drain();
    expect(await sessions()).toBe(0);
  });
});
