import type { SessionRole } from '../access/session-role';
import type { EventOf } from '../events/session-event';

/** Kinds that are told in one sentence. */
export type NoteKind =
  | 'session.titled'
  | 'session.archived'
  | 'session.forked'
  | 'member.joined'
  | 'member.role_changed'
  | 'access.changed'
  | 'branch.pushed'
  | 'branch.push_failed'
  | 'budget.set'
  | 'budget.warned'
  | 'budget.exhausted';

const ROLES = {
  driver: 'a driver',
  participant: 'a participant',
  viewer: 'a viewer',
} satisfies Record<SessionRole, string>;

/** What happened, to be followed by who did it where `isByActor` says so. */
export function noteOf(event: EventOf<NoteKind>): { text: string; isByActor: boolean } {
  switch (event.kind) {
    case 'session.titled':
      return { text: `Renamed to “${event.title}”`, isByActor: true };
    case 'session.archived':
      return { text: 'Archived', isByActor: true };
    case 'session.forked':
      return { text: `Forked into “${event.fork.title}”`, isByActor: true };
    case 'member.joined':
      return { text: `${event.name} joined as ${ROLES[event.role]}`, isByActor: false };
    case 'member.role_changed':
      return { text: `${event.name} was made ${ROLES[event.role]}`, isByActor: true };
    case 'access.changed':
      return { text: `${event.name} left the team and can’t see this session any more`, isByActor: false };
    case 'branch.pushed':
      return { text: `Pushed ${event.headSha.slice(0, 7)} to ${event.branch}`, isByActor: true };
    case 'branch.push_failed':
      return { text: `${event.branch} was not pushed: ${event.reason.message}`, isByActor: false };
    case 'budget.set': {
      const { limitUsd } = event;
      return {
        text: limitUsd === null ? 'Budget taken away' : `Budget set to ${usd(limitUsd)}`,
        isByActor: true,
      };
    }
    case 'budget.warned':
      return {
        text: `${usd(event.spentUsd)} of the budget of ${usd(event.limitUsd)} is spent`,
        isByActor: false,
      };
    case 'budget.exhausted':
      return {
        text: `The budget of ${usd(event.limitUsd)} is used up: nothing more starts until it is raised`,
        isByActor: false,
      };
  }
}

function usd(amount: number): string {
  return `$${amount.toFixed(amount < 0.1 ? 4 : 2)}`;
}
