// People, teams and sessions in a real database, and a bridge that says what a test wants it to.
import { randomUUID } from 'node:crypto';
import { createCaller } from '@/api/root';
import { findSession, type SessionRecord } from '@/db/sessions';
import type { TeamRole } from '@/domain/access/roles';
import type { ClientKind } from '@/domain/events/actor';
import type { Outcome, SandboxPhase, SessionEvent } from '@/domain/events/session-event';
import { CommandId, PromptId, SessionId, TeamId, type TurnId, UserId } from '@/domain/ids';
import type { Checkpoint, Delta, NumberedCommand, SyncRequest, SyncResponse } from '@/domain/wire/bridge';
import type { Caller } from '@/services/caller';
import { ingestSync } from '@/services/sandboxes/ingest-sync';
import type { SandboxIdentity } from '@/services/sandboxes/sandbox-token';
import type { TestDeps } from '@/testing/deps';

export const newSessionId = (): SessionId => SessionId.parse(randomUUID());
export const newPromptId = (): PromptId => PromptId.parse(randomUUID());
export const newCommandId = (): CommandId => CommandId.parse(randomUUID());

/** Somebody new who is signed in, in no team yet. */
export async function newPerson(
  deps: TestDeps,
  { name = 'Ada', via = 'web' }: { name?: string; via?: ClientKind } = {},
): Promise<Caller> {
  const login = `${name.toLowerCase().replaceAll(/[^a-z]/g, '')}-${randomUUID().slice(0, 8)}`;
  const { id, email } = await deps.db.user.create({ data: { name, login, email: `${login}@acme.test` } });
  return { person: { id: UserId.parse(id), name, login, email, image: null }, via };
}

/** A new team with these people in it. */
export async function newTeam(deps: TestDeps, members: [Caller, TeamRole][]): Promise<TeamId> {
  const data = members.map(([{ person }, role]) => ({ userId: person.id, role }));
  const team = await deps.db.team.create({
    data: { slug: `team-${randomUUID()}`, name: 'Acme', memberships: { createMany: { data } } },
  });
  return TeamId.parse(team.id);
}

/** A repository of the team that exists, with branches `main` and `next`. */
export async function newRepository(deps: TestDeps, teamId: TeamId): Promise<{ id: string; url: string }> {
  const url = `https://git.test/acme/${randomUUID()}.git`;
  deps.repositoryHost.known.set(url, { defaultBranch: 'main', branches: ['main', 'next'] });
  const { id } = await deps.db.repository.create({
    data: { teamId, kind: 'git', name: 'acme/web', url, defaultBranch: 'main' },
  });
  return { id, url };
}

/** Calls procedures as somebody, or as nobody. */
export function callAs(deps: TestDeps, caller: Caller | null): ReturnType<typeof createCaller> {
  return createCaller({ deps, caller, bearer: null });
}

/** A session with its owner; every step goes through the real procedures and services. */
export class TestSession {
  readonly deps: TestDeps;
  readonly id: SessionId;
  readonly owner: Caller;
  readonly teamId: TeamId;
  readonly repository: { id: string; url: string };

  private constructor(deps: TestDeps, fields: Pick<TestSession, 'id' | 'owner' | 'teamId' | 'repository'>) {
    this.deps = deps;
    this.id = fields.id;
    this.owner = fields.owner;
    this.teamId = fields.teamId;
    this.repository = fields.repository;
  }

  /** A session without a prompt. */
  static async create(deps: TestDeps): Promise<TestSession> {
    const owner = await newPerson(deps);
    const teamId = await newTeam(deps, [[owner, 'owner']]);
    const repository = await newRepository(deps, teamId);
    const id = newSessionId();
    await callAs(deps, owner).sessions.create({
      sessionId: id,
      commandId: newCommandId(),
      repository: { address: repository.url },
    });
    return new TestSession(deps, { id, owner, teamId, repository });
  }

  /** One whose first prompt runs in a sandbox that is ready; the agent does not have it yet. */
  static async ready(deps: TestDeps): Promise<{ session: TestSession; bridge: TestBridge }> {
    const session = await TestSession.create(deps);
    await session.send('one');
    await deps.drain();
    const bridge = session.bridge();
    await bridge.say(phase(1, 'ready'));
    return { session, bridge };
  }

  async send(text: string, promptId = newPromptId()): Promise<PromptId> {
    const given = { sessionId: this.id, commandId: newCommandId(), promptId, text };
    await callAs(this.deps, this.owner).prompts.send(given);
    return promptId;
  }

  /** The session's row as it is now. */
  async now(): Promise<SessionRecord> {
    const session = await findSession(this.deps.db, this.id);
    if (!session) throw new Error(`No session ${this.id}.`);
    return session;
  }

  async runningTurn(): Promise<TurnId> {
    const { running } = (await this.now()).state;
    if (!running) throw new Error('No turn runs.');
    return running.turnId;
  }

  async events(): Promise<SessionEvent[]> {
    const { events } = await callAs(this.deps, this.owner).events.after({
      sessionId: this.id,
      after: 0,
      limit: 1_000,
    });
    return events.map(({ event }) => event);
  }

  /** The log in one line: kinds, with the phase or the outcome. */
  async story(): Promise<string[]> {
    return (await this.events()).map((event) => {
      if (event.kind === 'sandbox.phase') return `${event.phase} ${event.epoch}`;
      return event.kind === 'prompt.finished' ? event.outcome : event.kind;
    });
  }

  async promptStatus(promptId: PromptId): Promise<string> {
    return (await this.deps.db.prompt.findUniqueOrThrow({ where: { id: promptId } })).status;
  }

  /** The kept disks that can be started from, oldest first. */
  async snapshots(): Promise<string[]> {
    const kept = await this.deps.db.snapshot.findMany({
      where: { sessionId: this.id, droppedAt: null },
      orderBy: { seq: 'asc' },
    });
    return kept.map(({ id }) => id);
  }

  /** A bridge of an epoch that counts its events from 1. */
  bridge(epoch = 1): TestBridge {
    return new TestBridge(this.deps, { sessionId: this.id, epoch });
  }

  /** Lets a deadline be over, or a bridge be silent, as if time had passed. */
  async pass(seconds: number): Promise<void> {
    await this.deps.db.$executeRaw`
      UPDATE session SET deadline_at = deadline_at - make_interval(secs => ${seconds}),
        touched_at = touched_at - make_interval(secs => ${seconds}),
        last_sync_at = last_sync_at - make_interval(secs => ${seconds}) WHERE id = ${this.id}::uuid`;
    await this.deps.db.$executeRaw`
      UPDATE event SET at = at - make_interval(secs => ${seconds}) WHERE session_id = ${this.id}::uuid`;
    await this.deps.db.$executeRaw`
      UPDATE prompt SET started_at = started_at - make_interval(secs => ${seconds})
      WHERE session_id = ${this.id}::uuid`;
  }
}

export function phase(epoch: number, name: SandboxPhase, code?: string): SessionEvent {
  const reason = code === undefined ? null : { code, message: `It failed: ${code}.` };
  return { kind: 'sandbox.phase', epoch, phase: name, isolation: null, reason };
}

export function delivered(turn: { promptId: PromptId; turnId: TurnId }): SessionEvent {
  return { kind: 'prompt.delivered', ...turn };
}

export function finished(
  turn: { promptId: PromptId; turnId: TurnId },
  outcome: Outcome = 'completed',
): SessionEvent {
  return { kind: 'prompt.finished', ...turn, outcome, reason: null };
}

interface MoreOfSync {
  deltas?: Delta[];
  checkpoints?: Checkpoint[];
}

/** A bridge as the server sees it: numbers its events, remembers what it took. */
export class TestBridge {
  readonly deps: TestDeps;
  readonly identity: SandboxIdentity;
  readonly bootId = randomUUID();
  sent = 0;
  acked = 0;
  commands: NumberedCommand[] = [];

  constructor(deps: TestDeps, identity: SandboxIdentity) {
    this.deps = deps;
    this.identity = identity;
  }

  /** Any sync, as it is. */
  async sync(frame: Partial<SyncRequest>): Promise<SyncResponse> {
    return ingestSync(this.deps, this.identity, {
      epoch: this.identity.epoch,
      bootId: this.bootId,
      first: this.sent + 1,
      events: [],
      deltas: [],
      checkpoints: [],
      inFlight: null,
      ackedCommand: this.acked,
      ...frame,
    });
  }

  /** Reports the next events, whatever they are, and keeps the commands of the answer. */
  async say(...events: unknown[]): Promise<SyncResponse> {
    return this.tell(events, {});
  }

  async tell(events: unknown[], more: MoreOfSync): Promise<SyncResponse> {
    const answer = await this.sync({ events, ...more });
    this.sent += events.length;
    this.commands = answer.commands;
    return answer;
  }

  /** Acknowledges every command that it was given. */
  async take(): Promise<SyncResponse> {
    this.acked = this.commands.at(-1)?.n ?? this.acked;
    return this.say();
  }
}
