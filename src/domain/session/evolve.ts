import type { Actor } from '../events/actor';
import { isCollaboration } from '../events/collaboration';
import type { EventOf, SessionEvent } from '../events/session-event';
import type { TurnId } from '../ids';
import { enqueue, enqueueFirst, promote, remove } from '../queue/queue';
import { evolveBudget } from './budget';
import { evolveAsks } from './evolve-asks';
import { evolveCollaboration } from './evolve-collaboration';
import { withMember } from './members';
import type { QueuedPrompt, RunningTurn, SessionState } from './state';

/** Applies one event. Pure and total: an event that does not fit leaves the state as it is. */
export function evolve(state: SessionState, event: SessionEvent, actor: Actor): SessionState {
  if (isCollaboration(event)) return evolveCollaboration(state, event);
  switch (event.kind) {
    case 'session.created':
      return create(state, event, actor);
    case 'session.titled':
      return { ...state, title: event.title };
    case 'turn.step_finished':
      return spend(state, event);
    case 'session.archived':
      return { ...state, isArchived: true };
    case 'prompt.queued':
      return queue(state, event, actor);
    case 'prompt.withdrawn':
      return { ...state, queue: remove(state.queue, event.promptId) };
    case 'prompt.promoted':
      return { ...state, queue: promote(state.queue, event.promptId, event.position) };
    case 'prompt.retried':
      return retry(state, event);
    case 'prompt.started':
      return start(state, event);
    case 'prompt.finished':
      return finish(state, event);
    case 'prompt.delivered':
      return onRunning(state, event.turnId, { isDelivered: true });
    case 'turn.stop_requested':
      return onRunning(state, event.turnId, { isStopRequested: true });
    case 'sandbox.phase':
      return changePhase(state, event);
    case 'sandbox.limit_hit':
      return hitLimit(state, event);
    case 'steer.sent': {
      const { promptId, turnId } = event;
      return { ...state, steers: [...state.steers, { promptId, turnId }] };
    }
    case 'steer.read':
    case 'steer.missed':
      return { ...state, steers: state.steers.filter(({ promptId }) => promptId !== event.promptId) };
    case 'ask.opened':
    case 'ask.answered':
    case 'ask.applied':
    case 'ask.expired':
      return { ...state, asks: evolveAsks(state.asks, event) };
    case 'prompt.edited':
    case 'steer.delivered':
    case 'turn.step_started':
    case 'turn.retrying':
    case 'turn.compacted':
    case 'part.started':
    case 'part.finished':
    case 'todo.updated':
    case 'diff.changed':
    case 'setup.log':
    case 'unknown':
      return state;
  }
}

function create(state: SessionState, { title }: EventOf<'session.created'>, actor: Actor): SessionState {
  const created = { ...state, title };
  return actor.type === 'user' ? withMember(created, actor.userId, 'driver') : created;
}

function spend(state: SessionState, event: EventOf<'turn.step_finished'>): SessionState {
  const budget = evolveBudget(state.budget, event);
  return budget === state.budget ? state : { ...state, budget };
}

function onRunning(state: SessionState, turnId: TurnId, change: Partial<RunningTurn>): SessionState {
  return state.running?.turnId === turnId ? { ...state, running: { ...state.running, ...change } } : state;
}

function queue(state: SessionState, event: EventOf<'prompt.queued'>, actor: Actor): SessionState {
  const authorId = actor.type === 'user' ? actor.userId : null;
  const prompt = { promptId: event.promptId, authorId, attempts: 0 };
  const put = event.place === 'first' ? enqueueFirst : enqueue;
  return { ...state, queue: put(state.queue, prompt) };
}

function start(state: SessionState, event: EventOf<'prompt.started'>): SessionState {
  const prompt = state.queue.find((item) => item.promptId === event.promptId);
  if (!prompt || state.running) return state;
  const { promptId, authorId } = prompt;
  const { turnId, attempt } = event;
  return {
    ...state,
    queue: remove(state.queue, promptId),
    running: { turnId, promptId, authorId, attempt, isDelivered: false, isStopRequested: false },
  };
}

function finish(state: SessionState, event: EventOf<'prompt.finished'>): SessionState {
  const { running } = state;
  // A turn that ended before and says so once more must not end the attempt that waits now.
  const waiting =
    event.turnId === null ? state.queue.find((item) => item.promptId === event.promptId) : undefined;
  const ended: QueuedPrompt | undefined =
    running?.turnId === event.turnId
      ? { promptId: running.promptId, authorId: running.authorId, attempts: running.attempt }
      : waiting;
  if (!ended) return state;
  const others = remove(state.retryable, ended.promptId);
  return {
    ...state,
    queue: remove(state.queue, ended.promptId),
    running: running?.turnId === event.turnId ? null : running,
    retryable: event.outcome === 'completed' ? others : [...others, ended].slice(-MAX_RETRYABLE),
  };
}

/** How many ended prompts are kept ready for another attempt; an older one is asked anew. */
const MAX_RETRYABLE = 20;

function retry(state: SessionState, event: EventOf<'prompt.retried'>): SessionState {
  const prompt = state.retryable.find((item) => item.promptId === event.promptId);
  if (!prompt) return state;
  return {
    ...state,
    queue: enqueueFirst(state.queue, prompt),
    retryable: remove(state.retryable, event.promptId),
  };
}

function changePhase(state: SessionState, event: EventOf<'sandbox.phase'>): SessionState {
  const { epoch, phase } = event;
  if (epoch < state.sandbox.epoch) return state;
  const failures = phase === 'ready' ? 0 : state.sandbox.failures + (phase === 'failed' ? 1 : 0);
  const limitsHit = epoch > state.sandbox.epoch ? [] : state.sandbox.limitsHit;
  return { ...state, sandbox: { phase, epoch, failures, limitsHit } };
}

function hitLimit(state: SessionState, { epoch, limit }: EventOf<'sandbox.limit_hit'>): SessionState {
  const { sandbox } = state;
  if (epoch !== sandbox.epoch || sandbox.limitsHit.includes(limit)) return state;
  return { ...state, sandbox: { ...sandbox, limitsHit: [...sandbox.limitsHit, limit] } };
}
