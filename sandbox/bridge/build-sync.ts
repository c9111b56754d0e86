import { MAX_SYNC_BYTES, MAX_SYNC_EVENTS, type InFlight, type SyncRequest } from '@/domain/wire/bridge';
import type { JournalState, NumberedEvent } from './journal-lines';
import type { LiveText } from './live-text';

/** What one sync may carry at present; smaller after the server found one too large. */
export interface SyncLimits {
  events: number;
  withLiveText: boolean;
}

export const FULL_LIMITS: SyncLimits = { events: MAX_SYNC_EVENTS, withLiveText: true };

/** After a refused body: live text is left out first, then the batch is halved. Null when one event is left. */
export function smaller(limits: SyncLimits, sent: SyncRequest): SyncLimits | null {
  const hadLiveText = sent.deltas.length > 0 || sent.checkpoints.length > 0;
  if (hadLiveText) return { ...limits, withLiveText: false };
  if (sent.events.length > 1) return { events: Math.floor(sent.events.length / 2), withLiveText: false };
  return null;
}

/** The next sync, from what the journal and the live text have to tell. */
export function buildSync(
  state: JournalState,
  live: Pick<LiveText, 'deltas'>,
  now: { limits: SyncLimits; checkpoints: SyncRequest['checkpoints']; hasWatchers: boolean },
): SyncRequest {
  const events = fitting(state.pending.slice(0, now.limits.events));
  return {
    epoch: state.epoch,
    bootId: state.bootId,
    first: events[0]?.n ?? state.lastEvent + 1,
    events: events.map(({ event }) => event),
    deltas: now.limits.withLiveText && now.hasWatchers ? live.deltas() : [],
    checkpoints: now.limits.withLiveText ? now.checkpoints : [],
    inFlight: inFlight(state),
    ackedCommand: state.lastCommand,
  };
}

function inFlight({ given, prompts }: JournalState): InFlight | null {
  const prompt = prompts.find(({ turnId }) => turnId === given?.turnId);
  return prompt ? { turnId: prompt.turnId, promptId: prompt.promptId } : null;
}

/** As many as fit the limit of bytes, and at least one. */
function fitting(events: readonly NumberedEvent[]): readonly NumberedEvent[] {
  let sizeBytes = 0;
  const count = events.findIndex(({ event }) => {
    sizeBytes += Buffer.byteLength(JSON.stringify(event)) + 1;
    return sizeBytes > MAX_SYNC_BYTES;
  });
  return count === -1 ? events : events.slice(0, Math.max(1, count));
}
