// A team of two whose workspace of Slack is connected, with one repository.
import { findSession } from '@/db/sessions';
import { SessionId, type TeamId } from '@/domain/ids';
import type { RunningTurn } from '@/domain/session/state';
import type { Caller } from '@/services/caller';
import { checkSandbox } from '@/services/sandboxes/check-sandbox';
import type { TestDeps } from './deps';
import { SlackWorld } from './slack-world';
import {
  callAs,
  newCommandId,
  newPerson,
  newPromptId,
  newRepository,
  newTeam,
  phase,
  TestBridge,
} from './test-session';

/** A session in a thread whose first turn runs. */
export interface RunningThread {
  threadTs: string;
  sessionId: SessionId;
  bridge: TestBridge;
  turn: RunningTurn;
}

export class SlackTeam {
  readonly slack: SlackWorld;
  /** Owns the team, and is linked. */
  readonly ada: Caller;
  /** A member whom Slack does not know yet. */
  readonly ben: Caller;
  readonly teamId: TeamId;
  readonly #deps: TestDeps;

  private constructor(
    deps: TestDeps,
    given: { slack: SlackWorld; ada: Caller; ben: Caller; teamId: TeamId },
  ) {
    this.#deps = deps;
    this.slack = given.slack;
    this.ada = given.ada;
    this.ben = given.ben;
    this.teamId = given.teamId;
  }

  static async start(deps: TestDeps): Promise<SlackTeam> {
    const slack = await SlackWorld.start(deps);
    const ada = await newPerson(deps, { name: 'Ada' });
    const ben = await newPerson(deps, { name: 'Ben' });
    const teamId = await newTeam(deps, [
      [ada, 'owner'],
      [ben, 'member'],
    ]);
    await newRepository(deps, teamId);
    await slack.install(teamId);
    await slack.link('ada', ada);
    return new SlackTeam(deps, { slack, ada, ben, teamId });
  }

  async addRepository(name: string): Promise<{ id: string; url: string }> {
    const repository = await newRepository(this.#deps, this.teamId);
    await this.#deps.db.repository.update({ where: { id: repository.id }, data: { name } });
    return repository;
  }

  async sessionIn(threadTs: string): Promise<SessionId> {
    const { sessionId } = await this.#deps.db.slackThread.findFirstOrThrow({ where: { threadTs } });
    return SessionId.parse(sessionId);
  }

  /** Says something in a session from the web. */
  async send(sessionId: SessionId, text: string): Promise<void> {
    const given = { sessionId, commandId: newCommandId(), promptId: newPromptId(), text };
    await callAs(this.#deps, this.ada).prompts.send(given);
  }

  async running(text = '@Dispatch create notes/x.md with: y'): Promise<RunningThread> {
    await this.slack.say('ada', text);
    const thread = await this.join();
    await this.#deps.drain();
    return thread;
  }

  /** Lets the newest thread's session run; what is told of it is left to the caller. */
  async join(): Promise<RunningThread> {
    const row = await this.#deps.db.slackThread.findFirstOrThrow({ orderBy: { createdAt: 'desc' } });
    const sessionId = SessionId.parse(row.sessionId);
    const bridge = new TestBridge(this.#deps, { sessionId, epoch: 1 });
    await checkSandbox(this.#deps, sessionId);
    await bridge.say(phase(1, 'ready'));
    const turn = (await findSession(this.#deps.db, sessionId))?.state.running;
    if (!turn) throw new Error('No turn runs.');
    return { threadTs: row.threadTs, sessionId, bridge, turn };
  }
}

/** As if half an hour had passed for whoever held something, or waited. */
export async function expireLeases({ db }: TestDeps): Promise<void> {
  await db.$executeRaw`UPDATE slack_thread SET lease_until = NULL, due_at = now()`;
  await db.$executeRaw`UPDATE slack_request SET lease_until = NULL, try_at = now() WHERE processed_at IS NULL`;
}
