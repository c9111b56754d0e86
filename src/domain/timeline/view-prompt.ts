import type { LoggedEvent } from '../events/logged-event';
import type { PromptId, TurnId } from '../ids';
import type { PromptItem } from './items';
import { ofKind } from './of-kind';

/** A prompt stands where its first attempt started, and before that where it was queued. */
export function viewPrompt(
  placed: { id: string; seq: number; at: string },
  { promptId, events }: { promptId: PromptId; events: readonly LoggedEvent[] },
): PromptItem {
  const started = ofKind(events, 'prompt.started');
  return {
    ...placed,
    seq: started[0]?.seq ?? placed.seq,
    type: 'prompt',
    promptId,
    ...asked(events),
    ...newestAttempt(events),
    ...end(events),
  };
}

function asked(
  events: readonly LoggedEvent[],
): Pick<PromptItem, 'author' | 'text' | 'attachments' | 'queuedAt'> {
  const [queued] = ofKind(events, 'prompt.queued');
  const edited = ofKind(events, 'prompt.edited').at(-1);
  return {
    author: queued?.actor ?? null,
    text: edited?.event.text ?? queued?.event.text ?? '',
    attachments: queued?.event.attachments ?? [],
    queuedAt: queued?.at ?? null,
  };
}

function newestAttempt(
  events: readonly LoggedEvent[],
): Pick<PromptItem, 'turnId' | 'attempt' | 'deliveredAt'> {
  const started = ofKind(events, 'prompt.started').at(-1);
  if (!started) return { turnId: null, attempt: 0, deliveredAt: null };
  const delivered = ofKind(events, 'prompt.delivered').at(-1);
  const { turnId, attempt } = started.event;
  return { turnId, attempt, deliveredAt: delivered && delivered.seq > started.seq ? delivered.at : null };
}

type End = Pick<PromptItem, 'status' | 'finishedAt' | 'reason'>;

const WAITING: End = { status: 'waiting', finishedAt: null, reason: null };

/**
 * Where a prompt stands in its life, by the same rules as the session's own state: an end counts once, and only
 * for the attempt that is open. Delivery, promotion and edits change nothing here.
 */
function end(events: readonly LoggedEvent[]): End {
  let now = WAITING;
  let attempt: OpenAttempt = { state: 'unseen' };
  for (const { event, at } of events) {
    if (event.kind === 'prompt.queued' || event.kind === 'prompt.retried') {
      [now, attempt] = [WAITING, { state: 'open', turnId: null }];
    } else if (event.kind === 'prompt.withdrawn') {
      [now, attempt] = [{ ...WAITING, status: 'withdrawn' }, { state: 'over' }];
    } else if (event.kind === 'prompt.started') {
      [now, attempt] = [
        { ...WAITING, status: 'running' },
        { state: 'open', turnId: event.turnId },
      ];
    } else if (event.kind === 'prompt.finished' && isEndOf(attempt, event.turnId)) {
      const { outcome, reason } = event;
      [now, attempt] = [{ status: outcome, finishedAt: at, reason }, { state: 'over' }];
    }
  }
  return now;
}

/** What an end can end: a turn, a wait (no turn yet), or whatever began on an older page. */
type OpenAttempt = { state: 'unseen' } | { state: 'open'; turnId: TurnId | null } | { state: 'over' };

function isEndOf(attempt: OpenAttempt, turnId: TurnId | null): boolean {
  return attempt.state === 'unseen' || (attempt.state === 'open' && attempt.turnId === turnId);
}
