import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { CommandId, SessionId } from '@/domain/ids';
import { AttachedTerminal } from '../clients/attached-terminal';
import { Hand } from '../clients/hand';
import { Projector } from '../clients/projector';
import { SessionScript } from '../clients/session-script';
import { untilAnswered, Watcher, type WatcherOptions } from '../clients/watcher';
import type { Dice } from '../dice';
import type { World } from '../world/world';
import type { RunPlan } from './plan';

/** Changes what takes part in a run: how bugs are planted. */
export interface Changes {
  client?: WatcherOptions['change'];
  projector?: typeof Projector;
}

/** One session of a run, with everybody who takes part in it. */
export interface RunSession {
  id: SessionId;
  name: string;
  agent: 'replayed' | 'real';
  hands: readonly [Hand, ...Hand[]];
  watchers: Watcher[];
  projector: Projector;
  terminal: AttachedTerminal | null;
  script: SessionScript;
}

export interface OpenSession {
  plan: RunPlan;
  index: number;
  /** Tells the sessions of one run from those of another. */
  run: string;
  dice: Dice;
  changes: Changes;
}

/** Opens a session, lets everybody in, and makes its people ready to act. */
export async function openSession(world: World, given: OpenSession): Promise<RunSession> {
  const { plan, index, run, dice, changes } = given;
  const planned = plan.sessions[index];
  if (!planned) throw new Error(`There is no session ${index} in the plan.`);
  const { url, people } = world;
  const [first, ...others] = people.map(({ token }) => new Hand(url, token));
  if (!first) throw new Error('There is nobody to act.');
  const hands: RunSession['hands'] = [first, ...others];
  const id = SessionId.parse(randomUUID());
  const repository = { address: world.repositories[planned.agent] };
  const commandId = CommandId.parse(randomUUID());
  await untilAnswered(() =>
    first.api.call((client) => client.sessions.create.mutate({ sessionId: id, commandId, repository })),
  );
  const tokens = people.map(({ token }) => token);
  const token = tokens[0] ?? '';
  const watchers = [await openWatcher(world, { sessionId: id, token, changes })];
  const [watcher] = watchers;
  if (!watcher) throw new Error('Nobody watches.');
  const name = `${run}s${index}`;
  const session: RunSession = {
    ...{ id, name, agent: planned.agent, hands, watchers },
    projector: new (changes.projector ?? Projector)(first.api, id),
    terminal:
      index < plan.terminals
        ? new AttachedTerminal({ cli: world.programs.cli, url, token, sessionId: id })
        : null,
    script: new SessionScript({
      ...{ sessionId: id, name, agent: planned.agent, hands, watcher, dice, prompts: planned.prompts },
    }),
  };
  return session;
}

function openWatcher(
  { url }: World,
  { sessionId, token, changes }: { sessionId: SessionId; token: string; changes: Changes },
): Promise<Watcher> {
  const { client } = changes;
  return Watcher.open({ url, token, sessionId, ...(client ? { change: client } : {}) });
}

/** Others come, some of them in the middle of a turn, and some of those leave again and come back. */
export async function letWatchersIn(
  world: World,
  session: RunSession,
  given: { plan: RunPlan; dice: Dice; changes: Changes; untilMs: number },
): Promise<void> {
  const { plan, dice, changes, untilMs } = given;
  const { people } = world;
  const sessionId = session.id;
  for (let index = 1; index < plan.watchers; index += 1) {
    await delay(dice.between(0, plan.activityMs / (plan.watchers + 1)));
    const token = people[index % people.length]?.token ?? '';
    session.watchers.push(await openWatcher(world, { sessionId, token, changes }));
  }
  while (Date.now() < untilMs - 5_000) {
    await delay(dice.between(4_000, 9_000));
    // The first one stays: it is by what it shows that people act.
    const leaving = session.watchers.length > 2 ? session.watchers.splice(1, 1)[0] : undefined;
    if (!leaving) return;
    leaving.close();
    const token = dice.pick(people).token;
    session.watchers.push(await openWatcher(world, { sessionId, token, changes }));
  }
}

export function closeSession({ watchers, projector, terminal }: RunSession): void {
  for (const watcher of watchers) watcher.close();
  projector.stop();
  terminal?.stop();
}
