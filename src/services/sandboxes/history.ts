import { eventsBetween } from '@/db/events';
import type { SessionRecord } from '@/db/sessions';
import { addEvents, EMPTY_TIMELINE, itemsOf } from '@/domain/timeline/timeline';
import type { Deps } from '../deps';

/** How much of the log is read, and how much of it is told. */
const MAX_EVENTS = 2_000;
const MAX_CHARACTERS = 24_000;

/**
 * What was asked and answered so far, as one text for an agent whose own history went with its disk. The newest
 * part is kept when it is too long. `afterSeq`: only what comes later in the log.
 */
export async function historyOf(
  deps: Pick<Deps, 'db'>,
  session: Pick<SessionRecord, 'id' | 'lastSeq'> & { afterSeq?: number },
): Promise<string> {
  const fromSeq = Math.max(1, session.lastSeq - MAX_EVENTS, (session.afterSeq ?? 0) + 1);
  const events = await eventsBetween(deps.db, session.id, { fromSeq, toSeq: session.lastSeq });
  const lines: string[] = [];
  for (const item of itemsOf(addEvents(EMPTY_TIMELINE, events))) {
    if (item.type === 'prompt' && item.status !== 'waiting' && item.status !== 'running') {
      lines.push(`Asked: ${item.text}`);
    } else if (item.type === 'text' && item.text !== null) {
      lines.push(`Answered: ${item.text}`);
    }
  }
  return lines.join('\n\n').slice(-MAX_CHARACTERS);
}
