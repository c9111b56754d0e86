import { setImmediate } from 'node:timers/promises';
import type { Appended } from '@/db/append';
import type { SessionRecord } from '@/db/sessions';
import type { LoggedEvent } from '@/domain/events/logged-event';
import type { EventKind, SessionEvent } from '@/domain/events/session-event';
import { isAgentReachable, isLeaving } from '@/domain/session/state';
import { DOORBELL, type DoorbellMessage, NumberedCommand, sandboxChannel } from '@/domain/wire/bridge';
import { MAX_INLINE_BYTES } from '@/domain/wire/realtime';
import type { Deps } from '../deps';
import { waitBriefly } from '../realtime/wait-briefly';
import { endSandbox } from '../sandboxes/end-sandbox';
import { tellSession } from '../slack/tell-thread';
import { withAddresses } from '../sandboxes/with-addresses';
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
  if (events.some(isForProvider) || (session.isBuilder && events.some(isEndOfBuild))) {
    deps.checkSoon(session.id);
  }
  if (deps.chat && appended.hasThread) deps.defer(() => tellSession(deps, session.id));
  const { accessVersion } = appended;
  await waitBriefly(deps, tell(deps, { ...session, accessVersion }, appended));
}

async function tell(deps: Deps, session: SessionRecord, appended: Appended): Promise<void> {
  const { events } = appended;
  const told: Promise<void>[] = [];
  // The bell first: the agent waits for it.
  if ((isAgentReachable(session.state) || isLeaving(session.state)) && events.some(isForBridge)) {
    const channel = sandboxChannel(session.id, session.state.sandbox.epoch);
    const data = ringOf(deps, appended.handedOver);
    told.push(deps.realtime.publish({ channel, event: DOORBELL, data }).then(() => undefined));
    // On its way before anything else takes the processor.
    await setImmediate();
  }
  told.push(publishEvents(deps, session, events), tellList(deps, session, appended));
  await Promise.all(told);
}

/** What is too large for a message is fetched by the bridge, as is what no write told us of. */
function ringOf(deps: Pick<Deps, 'blobs'>, handedOver: Appended['handedOver']): DoorbellMessage {
  if (!handedOver) return { commands: [] };
  const ring = { commands: [withAddresses(deps, NumberedCommand.parse(handedOver))] };
  return Buffer.byteLength(JSON.stringify(ring)) <= MAX_INLINE_BYTES ? ring : { commands: [] };
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

/** What is built is ready to be kept, or never will be. */
function isEndOfBuild(event: SessionEvent): boolean {
  return event.kind === 'sandbox.phase' && ['ready', 'failed', 'ended', 'lost'].includes(event.phase);
}

/** A sandbox is to be created, its disk to be kept, or what is kept to be given up. */
function isForProvider(event: SessionEvent): boolean {
  if (event.kind === 'session.archived') return true;
  return event.kind === 'sandbox.phase' && (event.phase === 'requested' || event.phase === 'snapshotting');
}
