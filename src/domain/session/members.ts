import type { SessionRole } from '../access/session-role';
import type { Actor } from '../events/actor';
import type { UserId } from '../ids';
import { accept, refuse, type Answer } from './answer';
import type { PersonCommand } from './commands';
import type { DecidedEvent } from './decide';
import type { SessionState } from './state';

/** What somebody is in the session; null for those who took no part yet. */
export function roleIn({ members }: SessionState, userId: UserId): SessionRole | null {
  return members.find((member) => member.userId === userId)?.role ?? null;
}

/** The members once somebody has this role. */
export function withMember(state: SessionState, userId: UserId, role: SessionRole): SessionState {
  const isKnown = roleIn(state, userId) !== null;
  const members = isKnown
    ? state.members.map((member) => (member.userId === userId ? { ...member, role } : member))
    : [...state.members, { userId, role }];
  return { ...state, members };
}

/** Why somebody who watches may not do this, if they may not. */
export function refuseViewer(state: SessionState, actor: Actor, command: PersonCommand): Answer | undefined {
  if (actor.type !== 'user' || roleIn(state, actor.userId) !== 'viewer') return undefined;
  // An admin who made themselves a viewer can undo it.
  if (command.type === 'role' && command.asAdmin) return undefined;
  return refuse('only_watching', 'You watch this session. One of its drivers can let you take part again.');
}

/** Who takes part for the first time is said first; the creator is known by the creation itself. */
export function joinedBy(state: SessionState, actor: Actor, command: PersonCommand): DecidedEvent[] {
  if (actor.type !== 'user' || command.type === 'create') return [];
  const { userId, name } = actor;
  if (roleIn(state, userId) !== null) return [];
  const role = state.members.length === 0 ? 'driver' : 'participant';
  return [{ actor, event: { kind: 'member.joined', userId, name, role } }];
}

/** Drivers, and admins of the team, say who takes part; one driver stays. */
export function decideRole(
  state: SessionState,
  actor: Actor,
  command: Extract<PersonCommand, { type: 'role' }>,
): Answer {
  const { userId, name, role, asAdmin } = command;
  const isDriver = actor.type === 'user' && roleIn(state, actor.userId) === 'driver';
  if (!isDriver && !asAdmin) {
    return refuse(
      'not_driver',
      'Only a driver of this session, or an admin of the team, says who takes part.',
    );
  }
  const current = roleIn(state, userId);
  if (current === role) return accept();
  const drivers = state.members.filter((member) => member.role === 'driver');
  if (current === 'driver' && drivers.length === 1) {
    return refuse('last_driver', 'A session keeps one driver. Make somebody else a driver first.');
  }
  return accept({ kind: 'member.role_changed', userId, name, role });
}
