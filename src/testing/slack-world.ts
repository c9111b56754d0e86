// A workspace of the emulated Slack, in front of the real Bolt and behind the real web client, over a test's services.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { saveWorkspace } from '@/db/slack-workspaces';
import type { TeamId } from '@/domain/ids';
import { listen, stopListening } from '@/embedded/loopback';
import { command, press, type Pressing, typeInto, write } from '@/embedded/slack/human';
import { BOT, CLIENT_ID, WORKSPACE } from '@/embedded/slack/seed';
import type { MessageRow } from '@/embedded/slack/slack-tables';
import { type EmulatedSlack, startSlack } from '@/embedded/slack/start-slack';
import { createSlackReceiver } from '@/integrations/slack/bolt-app';
import { createChat } from '@/integrations/slack/create-chat';
import type { Caller } from '@/services/caller';
import type { Deps } from '@/services/deps';
import { createInbox } from '@/services/slack/inbox';
import { sealContext } from '@/services/slack/slack-world';
import { linkPerson } from '@/services/slack/link-person';
import type { TestDeps } from './deps';

export const SIGNING_SECRET = 'signing-secret-of-tests';
const BOT_TOKEN = 'xoxb-of-tests';

/** What a message shows, as text. */
export function textOf({ text, blocks }: Pick<MessageRow, 'text' | 'blocks'>): string {
  return blocks === undefined ? text : JSON.stringify(blocks);
}

/** Everything between a person in Slack and the services. */
export class SlackWorld {
  readonly slack: EmulatedSlack;
  readonly deps: TestDeps;
  readonly eventsUrl: string;
  readonly #server: Server;

  private constructor(given: { slack: EmulatedSlack; deps: TestDeps; server: Server; eventsUrl: string }) {
    this.slack = given.slack;
    this.deps = given.deps;
    this.eventsUrl = given.eventsUrl;
    this.#server = given.server;
  }

  /** In a database that other tests may have left a workspace in. */
  static async start(deps: TestDeps): Promise<SlackWorld> {
    await deps.db.slackWorkspace.deleteMany();
    await deps.db.slackRequest.deleteMany();
    const receiver = createSlackReceiver(
      SIGNING_SECRET,
      createInbox((): Deps => deps),
    );
    const server = createServer((incoming, outgoing) => {
      void readAll(incoming)
        .then((body) =>
          receiver.answer(
            new Request('http://app.test', {
              method: 'POST',
              body: body.toString(),
              headers: headersOf(incoming),
            }),
          ),
        )
        .catch((error: unknown) => new Response(String(error), { status: 500 }))
        .then(async (response) => {
          outgoing.writeHead(response.status, Object.fromEntries(response.headers));
          outgoing.end(await response.text());
        });
    });
    const appUrl = await listen(server, 0);
    const slack = await startSlack({
      ...{ appUrl, clientSecret: 'client-secret', botToken: BOT_TOKEN, stateFile: null, port: 0 },
      ...{ signingSecret: SIGNING_SECRET, retryDelaysMs: [50, 50, 50] },
    });
    const { appUrl: shownUrl } = deps.config;
    deps.chat = createChat({
      clientId: CLIENT_ID,
      clientSecret: 'client-secret',
      url: slack.url,
      appUrl: shownUrl,
    });
    return new SlackWorld({ slack, deps, server, eventsUrl: `${appUrl}/api/slack/events` });
  }

  async close(): Promise<void> {
    await this.slack.close();
    await stopListening(this.#server);
  }

  /** The workspace belongs to a team from now on. */
  async install(teamId: TeamId): Promise<void> {
    const { id, name } = WORKSPACE;
    const botToken = this.deps.sealer.seal(BOT_TOKEN, sealContext(id));
    await saveWorkspace(this.deps.db, { id, name, teamId, botUserId: BOT.userId, botToken });
  }

  /** Makes a user of Slack somebody of ours, by the link that they were shown. */
  async link(name: string, caller: Caller): Promise<void> {
    await this.command(name, 'link');
    const shown = textOf(this.whispers(name).at(-1) ?? { text: '' });
    const code = /slack\/link\?code=([\w-]+)/.exec(shown)?.[1] ?? '';
    await linkPerson(this.deps, caller, code);
    await this.deps.drain();
  }

  /** Writes, and waits until all that follows is done. Answers the message's name. */
  async say(user: string, text: string, threadTs?: string): Promise<string> {
    const ts = await this.write(user, text, threadTs);
    await this.deps.drain();
    return ts;
  }

  /** Writes, and waits no longer than until we acknowledged it. */
  async write(user: string, text: string, threadTs?: string): Promise<string> {
    const { ts, told } = write(this.slack.world, { user, channel: 'eng', text, threadTs });
    await told;
    return ts;
  }

  async command(user: string, text: string): Promise<number> {
    const status = await this.give(user, text);
    await this.deps.drain();
    return status;
  }

  /** Gives a command, and waits no longer than until we acknowledged it. */
  async give(user: string, text: string): Promise<number> {
    const { status } = await command(this.slack.world, { user, channel: 'eng', text });
    return status;
  }

  async press(user: string, given: Omit<Pressing, 'user' | 'channel'>): Promise<number> {
    const { status } = await press(this.slack.world, { user, channel: 'eng', ...given });
    await this.deps.drain();
    return status;
  }

  /** Presses the button of a message whose name begins so, with what it says of itself. */
  async pressButton(user: string, message: MessageRow, action: string): Promise<number> {
    const found = /"action_id":"(dispatch:[^"]*)","value":("(?:[^"\\]|\\.)*")/g;
    for (const [, actionId = '', value = '""'] of textOf(message).matchAll(found)) {
      if (!actionId.startsWith(`dispatch:${action}`)) continue;
      return this.press(user, { ts: message.ts, actionId, value: JSON.parse(value) as string });
    }
    throw new Error(`There is no button ${action} in: ${textOf(message)}`);
  }

  async options(user: string, given: Omit<Pressing, 'user' | 'channel'>): Promise<string[]> {
    const { text } = await typeInto(this.slack.world, { user, channel: 'eng', ...given });
    // What Slack is answered for a select.
    const { options } = JSON.parse(text) as { options: { text: { text: string } }[] };
    return options.map((option) => option.text.text);
  }

  /** The messages of a thread behind its first, oldest first. */
  thread(ts: string): MessageRow[] {
    return this.slack.tables.messages
      .all()
      .filter(({ thread_ts }) => thread_ts === ts)
      .sort((a, b) => (a.ts < b.ts ? -1 : 1));
  }

  /** Those of ours. */
  told(ts: string): MessageRow[] {
    return this.thread(ts).filter(({ user }) => user === BOT.userId);
  }

  whispers(name: string): MessageRow[] {
    const user = this.slack.tables.users.all().find((row) => row.name === name)?.user_id;
    return this.slack.tables.ephemeralMessages.all().filter(({ target_user }) => target_user === user);
  }

  callsTo(method: string): number {
    return this.slack.calls.filter((call) => call.method === method).length;
  }

  /** What is told of a thread a moment later, when the gap between two changes is over. */
  async settle(): Promise<void> {
    await this.deps.drain();
    await delay(2_100);
    await this.deps.drain();
  }
}

async function readAll(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer); // a stream of bytes
  return Buffer.concat(chunks);
}

function headersOf({ headers }: IncomingMessage): Headers {
  const flat = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  return new Headers(flat);
}
