// A team of two whose workspace of Slack is connected, with one repository.
import { findSession } from '@/db/sessions';
import { SessionId, type TeamId } from '@/domain/ids';
import type { RunningTurn } from '@/domain/session/state';
import type { Caller } from '@/services/caller';
import type { TestDeps } from './deps';
import { SlackWorld } from './slack-world';
import { newPerson, newRepository, newTeam, phase, TestBridge } from './test-session';

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

  async running(text = '@Dispatch create notes/x.md with: y'): Promise<RunningThread> {
    const threadTs = await this.slack.say('ada', text);
    const sessionId = await this.sessionIn(threadTs);
    const bridge = new TestBridge(this.#deps, { sessionId, epoch: 1 });
    await bridge.say(phase(1, 'ready'));
    await this.#deps.drain();
    const turn = (await findSession(this.#deps.db, sessionId))?.state.running;
    if (!turn) throw new Error('No turn runs.');
    return { threadTs, sessionId, bridge, turn };
  }
}
