import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findSession } from '@/db/sessions';
import type { BlobKey, PartId } from '@/domain/ids';
import { listen, stopListening } from '@/embedded/loopback';
import { useDeps } from '@/testing/deps';
import { SlackTeam } from '@/testing/slack-team';
import { textOf } from '@/testing/slack-world';

const world = useDeps();
let team: SlackTeam;

beforeEach(async () => {
  team = await SlackTeam.start(world.current);
});
afterEach(() => team.slack.close());

/** What Ada alone is shown after a command. */
async function answer(text: string): Promise<string> {
  const before = team.slack.whispers('ada').length;
  expect(await team.slack.command('ada', text)).toBe(200);
  const shown = team.slack.whispers('ada').slice(before);
  expect(shown).toHaveLength(1);
  return shown.map(textOf).join();
}

const roots = () => team.slack.slack.tables.messages.all().filter(({ thread_ts }) => thread_ts === undefined);

describe('/dispatch', () => {
  it('with words starts a session in a thread under what was asked', async () => {
    await team.slack.command('ada', 'stop the flaky <test> from failing');
    const [root] = roots();
    expect(textOf(root ?? expect.unreachable())).toContain(
      '*ada* asked: stop the flaky &lt;test&gt; from failing',
    );
    expect(
      team.slack
        .told(root?.ts ?? '')
        .map(textOf)
        .join(),
    ).toContain('On it');
    const { text } = await world.current.db.prompt.findFirstOrThrow({ orderBy: { queuedAt: 'desc' } });
    expect(text).toBe('stop the flaky <test> from failing');
  });

  it('list and status show sessions that lead to the web', async () => {
    expect(await answer('status')).toContain('No session of this channel is open');
    const { sessionId } = await team.running();
    for (const name of ['list', 'status', 'open']) {
      const shown = await answer(name);
      expect(shown).toContain('create notes/x.md with: y');
      expect(shown).toContain(`/s/${sessionId}`);
    }
    expect(await answer(`open ${sessionId.slice(0, 6)}`)).toContain(`/s/${sessionId}`);
    expect(await answer('open ffffffffff')).toContain('No session of this channel begins with ffffffffff');
  });

  it('stop stops what runs in the channel, and says so when nothing does', async () => {
    expect(await answer('stop')).toContain('Nothing runs');
    const { sessionId } = await team.running();
    expect(await answer('stop')).toContain('Stopping');
    expect((await findSession(world.current.db, sessionId))?.state.running?.isStopRequested).toBe(true);
  });

  it('help, or nothing, explains; use says which repository a channel is about', async () => {
    expect(await answer('help')).toContain('/dispatch list');
    expect(await answer('')).toContain('/dispatch list');
    expect(await answer('use acme/none')).toContain('It has: acme/web');
    expect(await answer('use web')).toContain('is about acme/web');
    expect(await answer('use any')).toContain('no repository in particular');
  });

  it('link shows a link, and unlink forgets', async () => {
    expect(await answer('link')).toContain('Link my account');
    expect(await answer('unlink')).toContain('nothing that you do in Slack');
    expect(await answer('list')).toContain('Link my account');
  });
});

describe('the page of the app', () => {
  it('shows the team’s sessions', async () => {
    await team.running();
    await team.slack.slack.announce({ type: 'app_home_opened', user: 'U0ADA', channel: 'D1', tab: 'home' });
    await world.current.drain();
    expect(JSON.stringify(team.slack.slack.tables.views.all())).toContain('create notes/x.md');
  });
});

describe('a picture that the agent took', () => {
  it('is uploaded into the thread, once', async () => {
    const { threadTs, bridge, turn, sessionId } = await team.running();
    const server = createServer((_, response) => response.end('picture'));
    const url = await listen(server, 0);
    world.current.blobs = { ...world.current.blobs, downloadUrl: () => url };
    const key = `${sessionId}/tool/1` as BlobKey;
    const part = {
      ...{ type: 'tool', tool: 'screenshot', title: 'look', input: '{}', status: 'completed', output: '' },
      ...{ outputBlob: null, durationMs: 1 },
      attachments: [{ name: 'home.png', mime: 'image/png', blob: { key, sizeBytes: 7 } }],
    };
    await bridge.say({ kind: 'part.finished', turnId: turn.turnId, partId: 'prt_9' as PartId, part });
    await team.slack.settle();
    await team.slack.settle();
    await stopListening(server);
    const files = team.slack.thread(threadTs).filter((message) => (message.files ?? []).length > 0);
    expect(files).toHaveLength(1);
    expect(JSON.stringify(files)).toContain('home.png');
  });
});
