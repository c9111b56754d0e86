import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useDeps } from '@/testing/deps';
import { SlackTeam } from '@/testing/slack-team';
import { textOf } from '@/testing/slack-world';
import { newPerson } from '@/testing/test-session';
import { finishInstall, startInstall } from './install';
import { openWorkspace } from './slack-world';

const world = useDeps();
let team: SlackTeam;

beforeEach(async () => {
  team = await SlackTeam.start(world.current);
  const { tables } = team.slack.slack;
  const [app] = tables.oauthApps.all();
  tables.oauthApps.update(app?.id ?? 0, {
    redirect_uris: [`${world.current.config.appUrl}/api/slack/oauth`],
  });
  await world.current.db.slackWorkspace.deleteMany();
});
afterEach(() => team.slack.close());

/** What Slack's page does when somebody agrees: the code and the state that it sends back. */
async function agree(address: string): Promise<{ code: string; state: string }> {
  const url = new URL(address);
  const form = new URLSearchParams(url.searchParams);
  form.set('user_id', 'U0ADA');
  const callback = `${url.origin}/oauth/v2/authorize/callback`;
  const response = await fetch(callback, { method: 'POST', body: form, redirect: 'manual' });
  const back = new URL(response.headers.get('location') ?? '');
  return { code: back.searchParams.get('code') ?? '', state: back.searchParams.get('state') ?? '' };
}

describe('an installation', () => {
  it('gives the team a workspace whose token is kept sealed, and works', async () => {
    const given = await agree(await startInstall(world.current, team.ada));
    expect(await finishInstall(world.current, team.ada, given)).toEqual({ name: 'Acme' });
    const row = await world.current.db.slackWorkspace.findUniqueOrThrow({ where: { id: 'T0ACME' } });
    const token = (await openWorkspace(world.current, 'T0ACME'))?.token ?? '';
    expect(token).toMatch(/^xoxb-/);
    expect(JSON.stringify(row)).not.toContain(token);
    expect(row.teamId).toBe(team.teamId);
    await team.slack.link('ada', team.ada);
    const ts = await team.slack.say('ada', '@Dispatch do it');
    expect(team.slack.told(ts).map(textOf).join()).toContain('On it');
  });

  it('is for who administers the team, and ended by who began it', async () => {
    await expect(startInstall(world.current, team.ben)).rejects.toMatchObject({ code: 'forbidden' });
    const given = await agree(await startInstall(world.current, team.ada));
    const other = await newPerson(world.current, { name: 'Mallory' });
    await expect(finishInstall(world.current, other, given)).rejects.toMatchObject({ code: 'bad_input' });
    const forged = { ...given, state: Buffer.from(JSON.stringify(['x'])).toString('base64url') };
    await expect(finishInstall(world.current, team.ada, forged)).rejects.toMatchObject({ code: 'bad_input' });
    const wrong = { ...given, code: 'wrong' };
    await expect(finishInstall(world.current, team.ada, wrong)).rejects.toMatchObject({ code: 'bad_input' });
    expect(await world.current.db.slackWorkspace.count()).toBe(0);
  });
});
