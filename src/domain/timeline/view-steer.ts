import type { LoggedEvent } from '../events/logged-event';
import type { SteerItem } from './items';
import { ofKind } from './of-kind';

/** What was said to a running turn and whether it was read; null while only its fate is known. */
export function viewSteer(
  placed: { id: string; seq: number; at: string },
  events: readonly LoggedEvent[],
): SteerItem | null {
  const [sent] = ofKind(events, 'steer.sent');
  if (!sent) return null;
  const deliveredAt = ofKind(events, 'steer.delivered')[0]?.at ?? null;
  const readAt = ofKind(events, 'steer.read')[0]?.at ?? null;
  const { promptId, turnId, text, attachments } = sent.event;
  const isMissed = ofKind(events, 'steer.missed').length > 0;
  const status = readAt ? 'read' : isMissed ? 'missed' : deliveredAt ? 'delivered' : 'sent';
  const said = { promptId, turnId, author: sent.actor, text, attachments };
  return { ...placed, type: 'steer', ...said, status, deliveredAt, readAt };
}
