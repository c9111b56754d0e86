import type { Appended } from '@/db/append';
import type { SessionRecord } from '@/db/sessions';
import type { SessionEvent } from '@/domain/events/session-event';
import { isAgentReachable } from '@/domain/session/state';
import { DOORBELL, sandboxChannel } from '@/domain/wire/bridge';
import type { Deps } from '../deps';
import { endSandbox } from '../sandboxes/end-sandbox';
import { publishEvents } from './publish-events';

/**
 * What happens once events are committed: everybody is told, the bridge's bell is rung when something is for it, and
 * a sandbox that was requested is started. All of it may be lost with the process; the sweep comes by later.
 */
export async function afterAppend(deps: Deps, session: SessionRecord, appended: Appended): Promise<void> {
  await publishEvents(deps, session, appended.events);
  const events = appended.events.map(({ event }) => event);
  const requested = events.find(isRequest);
  if (requested) deps.startSoon({ sessionId: session.id, epoch: requested.epoch });
  if (isAgentReachable(session.state) && events.some(isForBridge)) {
    await deps.realtime.publish({
      channel: sandboxChannel(session.id, session.state.sandbox.epoch),
      event: DOORBELL,
      data: {},
    });
  }
  if (events.some((event) => event.kind === 'session.archived')) {
    deps.defer(() => endSandbox(deps, session));
  }
}

function isForBridge(event: SessionEvent): boolean {
  return event.kind === 'prompt.started' || event.kind === 'turn.stop_requested';
}

function isRequest(event: SessionEvent): event is Extract<SessionEvent, { kind: 'sandbox.phase' }> {
  return event.kind === 'sandbox.phase' && event.phase === 'requested';
}
