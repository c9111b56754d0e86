import { SYSTEM, type Actor } from '../events/actor';
import type { SessionEvent } from '../events/session-event';
import type { TurnId } from '../ids';
import { advance } from './advance';
import type { Command, Refusal } from './commands';
import { decidePerson } from './decide-person';
import { decideSystem } from './decide-system';
import { evolve } from './evolve';
import { budgetEvents } from './budget';
import { looseEnds } from './loose-ends';
import { joinedBy } from './members';
import type { SessionState } from './state';

/** Fresh names that a decision may use; made by the caller, so that deciding stays pure. */
export interface DecisionIds {
  /** For the turn that may start. */
  turnId: TurnId;
}

/** An event with the one who made it happen; `seq` and `at` come when it is appended. */
export interface DecidedEvent {
  actor: Actor;
  event: SessionEvent;
}

export type Decision =
  { ok: true; events: DecidedEvent[]; state: SessionState } | { ok: false; refusal: Refusal };

/**
 * Answers what a command does to a session: the events that happen because of it and the state after them,
 * or why it is refused. Whatever becomes possible by it (the next prompt starts, a sandbox is requested)
 * follows as events of the system.
 */
export function decide(
  state: SessionState,
  given: { command: Command; actor: Actor },
  ids: DecisionIds,
): Decision {
  const { command, actor } = given;
  const answer = isSystemCommand(command)
    ? decideSystem(state, command)
    : decidePerson(state, command, actor);
  if (!answer.ok) return answer;
  const joined =
    isSystemCommand(command) || answer.events.length === 0 ? [] : joinedBy(state, actor, command);
  return follow(state, [...joined, ...answer.events.map((event) => ({ actor, event }))], ids);
}

/** The given events, what follows from them, and the state after all of it. */
export function follow(
  state: SessionState,
  events: DecidedEvent[],
  ids: DecisionIds,
): Extract<Decision, { ok: true }> {
  const given = events.reduce((now, { event, actor }) => evolve(now, event, actor), state);
  const ends = [
    ...looseEnds(
      given,
      events.map(({ event }) => event),
    ),
    ...budgetEvents(given),
  ];
  const tidied = ends.reduce((now, event) => evolve(now, event, SYSTEM), given);
  const next = advance(tidied, ids);
  const after = next.reduce((now, event) => evolve(now, event, SYSTEM), tidied);
  return {
    ok: true,
    events: [...events, ...[...ends, ...next].map((event) => ({ actor: SYSTEM, event }))],
    state: after,
  };
}

function isSystemCommand(command: Command): command is Parameters<typeof decideSystem>[1] {
  return SYSTEM_COMMANDS.has(command.type);
}

const SYSTEM_COMMANDS: ReadonlySet<Command['type']> = new Set<Parameters<typeof decideSystem>[1]['type']>([
  'sandbox-created',
  'sandbox-wanted',
  'sandbox-limit',
  'sandbox-idle',
  'sandbox-expiring',
  'sandbox-quiesced',
  'sandbox-kept',
  'sandbox-lost',
  'sandbox-failed',
  'turn-overdue',
  'ask-overdue',
  'access-changed',
  'branch-pushed',
  'push-failed',
  'pull-request',
]);
