import { AGENT, SYSTEM } from '../events/actor';
import { parseEvent, unknownEvent } from '../events/parse-event';
import type { BlobRef, EventKind, SandboxPhase, SessionEvent } from '../events/session-event';
import type { AskId, SessionId } from '../ids';
import type { Answer } from './answer';
import { artifactEvents } from './artifacts';
import { decideSystem } from './decide-system';
import { follow, type DecidedEvent, type DecisionIds } from './decide';
import { isLeaving, type SessionState } from './state';

/** What a sandbox may say. The rest of the log is decided by the server, whatever a sandbox claims. */
const REPORTABLE: ReadonlySet<EventKind> = new Set<EventKind>([
  'prompt.delivered',
  'prompt.finished',
  'steer.delivered',
  'steer.read',
  'ask.opened',
  'ask.applied',
  'turn.step_started',
  'turn.step_finished',
  'turn.retrying',
  'turn.compacted',
  'part.started',
  'part.finished',
  'todo.updated',
  'diff.changed',
  'sandbox.phase',
  'setup.log',
  'unknown',
]);

const REPORTABLE_PHASES: ReadonlySet<SandboxPhase> = new Set<SandboxPhase>([
  'cloning',
  'setup',
  'agent_starting',
  'ready',
  'agent_restarted',
  'snapshotting',
  'failed',
  'ended',
]);

/** Failures of a start that another try can't mend: the repository is as it is. */
const FINAL_FAILURES: ReadonlySet<string> = new Set([
  'repository_not_found',
  'repository_forbidden',
  'repository_empty',
  'branch_missing',
  'address_refused',
  'work_not_restored',
]);

/** Whose bridge reports. */
interface Reporter {
  sessionId: SessionId;
  epoch: number;
}

interface Folded {
  events: DecidedEvent[];
  /** The same object as before when nothing in it changed. */
  state: SessionState;
}

/**
 * Reads what a bridge reported, one event after the other, and adds what follows from it. An event that fails its
 * schema, or that is not a sandbox's to report (objects of another session among it), is kept as `unknown`; news of a turn that is over already
 * (it ended here while the bridge was away) is left out, since the log has its end. So is all that a sandbox says, late,
 * after it was taken for lost: its turn was ended then, with all that was open in it.
 */
export function foldReported(
  state: SessionState,
  reported: readonly unknown[],
  context: DecisionIds & Reporter,
): Folded {
  const folded: Folded = { events: [], state };
  if (state.sandbox.phase === 'lost') return folded;
  for (const value of reported) {
    const added = follow(folded.state, readReported(folded.state, value, context), context);
    folded.events.push(...added.events);
    folded.state = added.state;
  }
  return folded;
}

function readReported(state: SessionState, value: unknown, reporter: Reporter): DecidedEvent[] {
  const event = parseEvent(value);
  const { epoch, sessionId } = reporter;
  if (!REPORTABLE.has(event.kind))
    return [byAgent(unknownEvent(value, `a sandbox may not report ${event.kind}`))];
  if (!blobKeysOf(event).every((key) => key.startsWith(`${sessionId}/`) && !key.includes('/.')))
    return [byAgent(unknownEvent(value, 'an object of another session'))];
  switch (event.kind) {
    case 'sandbox.phase':
      return readPhase(state, event, epoch);
    case 'setup.log':
      return event.epoch === epoch ? [byAgent(event)] : [byAgent(unknownEvent(value, 'another epoch'))];
    case 'prompt.delivered':
    case 'prompt.finished':
      return isOfRunningTurn(state, event) ? [byAgent(event)] : [];
    case 'steer.delivered':
    case 'steer.read':
      return state.steers.some(({ promptId }) => promptId === event.promptId) ? [byAgent(event)] : [];
    case 'ask.opened':
      return state.running?.turnId === event.turnId && !knowsAsk(state, event) ? [byAgent(event)] : [];
    case 'ask.applied':
      return knowsAsk(state, event) ? [byAgent(event)] : [];
    case 'part.finished':
      return [event, ...artifactEvents(state, event)].map(byAgent);
    default:
      return [byAgent(event)];
  }
}

/** Whoever may see the session is given addresses of these, so they must be its own. */
function blobKeysOf(event: SessionEvent): string[] {
  return blobsOf(event).flatMap((blob) => blob?.key ?? []);
}

function blobsOf(event: SessionEvent): (BlobRef | null)[] {
  if (event.kind === 'diff.changed') return [event.patch, event.bundle, event.turnPatch];
  if (event.kind !== 'part.finished') return [];
  switch (event.part.type) {
    case 'tool':
      return [event.part.outputBlob, ...event.part.attachments.map(({ blob }) => blob)];
    case 'file':
      return [event.part.blob];
    default:
      return [];
  }
}

function knowsAsk({ asks }: SessionState, { askId }: { askId: AskId }): boolean {
  return asks.some((ask) => ask.askId === askId);
}

function isOfRunningTurn(
  { running }: SessionState,
  event: Extract<SessionEvent, { kind: 'prompt.delivered' | 'prompt.finished' }>,
): boolean {
  return running?.turnId === event.turnId && running.promptId === event.promptId;
}

function readPhase(
  state: SessionState,
  event: Extract<SessionEvent, { kind: 'sandbox.phase' }>,
  epoch: number,
): DecidedEvent[] {
  if (event.epoch !== epoch || !REPORTABLE_PHASES.has(event.phase)) {
    return [byAgent(unknownEvent(event, `a sandbox of epoch ${epoch} may not report this phase`))];
  }
  // The provider is asked what became of it, since its disk has to be kept then.
  if (event.phase === 'ended') return [];
  if (event.phase === 'snapshotting')
    return bySystem(decideSystem(state, { type: 'sandbox-quiesced', epoch }));
  // It was told to stop, and what it was in the middle of is over.
  if (isLeaving(state)) return [];
  if (event.phase !== 'failed') return [byAgent(event)];
  const reason = event.reason ?? { code: 'internal', message: 'The sandbox could not be set up.' };
  const isFinal = FINAL_FAILURES.has(reason.code);
  return bySystem(decideSystem(state, { type: 'sandbox-failed', epoch, reason, isFinal }));
}

/** What the server makes of what it was told; nothing of what comes too late. */
function bySystem(answer: Answer): DecidedEvent[] {
  return answer.ok ? answer.events.map((event) => ({ actor: SYSTEM, event })) : [];
}

function byAgent(event: SessionEvent): DecidedEvent {
  return { actor: AGENT, event };
}
