import type { CollaborationEvent } from '../events/collaboration';
import { MAX_ARTIFACTS } from './artifacts';
import { evolveBudget } from './budget';
import { withMember } from './members';
import type { SessionState } from './state';

/** Applies what people did around the work. */
export function evolveCollaboration(state: SessionState, event: CollaborationEvent): SessionState {
  switch (event.kind) {
    case 'member.joined':
    case 'member.role_changed':
      return withMember(state, event.userId, event.role);
    case 'access.changed':
      return { ...state, members: state.members.filter(({ userId }) => userId !== event.userId) };
    case 'comment.added':
      return { ...state, comments: [...state.comments, event.commentId] };
    case 'comment.resolved':
      return { ...state, comments: state.comments.filter((id) => id !== event.commentId) };
    case 'artifact.added':
      return { ...state, artifacts: [...state.artifacts, event.artifactId].slice(-MAX_ARTIFACTS) };
    case 'budget.set':
    case 'budget.warned':
    case 'budget.exhausted':
      return { ...state, budget: evolveBudget(state.budget, event) };
    case 'session.forked':
    case 'artifact.updated':
    case 'branch.pushed':
    case 'branch.push_failed':
      return state;
  }
}
