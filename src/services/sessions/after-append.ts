import type { Appended } from '@/db/append';
import type { SessionRecord } from '@/db/sessions';
import type { LoggedEvent } from '@/domain/events/logged-event';
import type { EventKind, SessionEvent } from '@/domain/events/session-event';
import { isAgentReachable, isLeaving } from '@/domain/session/state';
import { DOORBELL, sandboxChannel } from '@/domain/wire/bridge';
import type { Deps } from '../deps';
import { waitBriefly } from '../realtime/wait-briefly';
import { endSandbox } from '../sandboxes/end-sandbox';
import { publishEvents } from './publish-events';
import { tellList } from './tell-list';

/**
 * What happens once events are committed: a sandbox that is over is ended, one that was requested is started,
 * everybody is told, and the bridge's bell is rung when something is for it. All of it may be lost with the
 * process; the sweep comes by later. `session` is as it was before, with the state after the events.
 */
export async function afterAppend(deps: Deps, session: SessionRecord, appended: Appended): Promise<void> {
  const events = appended.events.map(({ event }) => event);
  if (events.some(isEndOfSandbox)) {
    deps.defer(async () => {
      await endSandbox(deps, session);
    });
  }
  if (events.some(isForProvider)) deps.checkSoon(session.id);
  const { accessVersion } = appended;
  await waitBriefly(deps, tell(deps, { ...session, accessVersion }, appended));
}

async function tell(deps: Deps, session: SessionRecord, appended: Appended): Promise<void> {
  const { events } = appended;
  const told: Promise<void>[] = [];
  // The bell first: the agent waits for it.
  if ((isAgentReachable(session.state) || isLeaving(session.state)) && events.some(isForBridge)) {
    const channel = sandboxChannel(session.id, session.state.sandbox.epoch);
    told.push(deps.realtime.publish({ channel, event: DOORBELL, data: {} }).then(() => undefined));
  }
  told.push(publishEvents(deps, session, events), tellList(deps, session, appended));
  await Promise.all(told);
}

/** Something said or answered, a stop, or the end of a turn that the bridge did not report itself. */
function isForBridge({ actor, event }: LoggedEvent): boolean {
  if (event.kind === 'prompt.finished') return actor.type !== 'agent';
  if (event.kind === 'sandbox.phase') return event.phase === 'quiescing' || event.phase === 'rolling';
  return FOR_BRIDGE.has(event.kind);
}

const FOR_BRIDGE: ReadonlySet<EventKind> = new Set<EventKind>([
  'prompt.started',
  'turn.stop_requested',
  'steer.sent',
  'ask.answered',
  'ask.expired',
]);

function isEndOfSandbox(event: SessionEvent): boolean {
  return event.kind === 'sandbox.phase' && (event.phase === 'failed' || event.phase === 'ended');
}

/** A sandbox is to be created, its disk to be kept, or what is kept to be given up. */
function isForProvider(event: SessionEvent): boolean {
  if (event.kind === 'session.archived') return true;
  return event.kind === 'sandbox.phase' && (event.phase === 'requested' || event.phase === 'snapshotting');
}
