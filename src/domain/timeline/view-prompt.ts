import type { LoggedEvent } from '../events/logged-event';
import type { PromptId } from '../ids';
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

function asked(events: readonly LoggedEvent[]): Pick<PromptItem, 'author' | 'text'> {
  const [queued] = ofKind(events, 'prompt.queued');
  const edited = ofKind(events, 'prompt.edited').at(-1);
  return { author: queued?.actor ?? null, text: edited?.event.text ?? queued?.event.text ?? '' };
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

function end(events: readonly LoggedEvent[]): Pick<PromptItem, 'status' | 'finishedAt' | 'reason'> {
  const finished = ofKind(events, 'prompt.finished').at(-1);
  if (!finished || isAskedAgain(events, finished.seq)) {
    return { status: openStatus(events), finishedAt: null, reason: null };
  }
  return { status: finished.event.outcome, finishedAt: finished.at, reason: finished.event.reason };
}

function isAskedAgain(events: readonly LoggedEvent[], finishedSeq: number): boolean {
  return events.some(
    ({ seq, event }) =>
      seq > finishedSeq && (event.kind === 'prompt.retried' || event.kind === 'prompt.started'),
  );
}

/** Delivery and promotion don't change where a prompt stands in its life. */
function openStatus(events: readonly LoggedEvent[]): PromptItem['status'] {
  if (ofKind(events, 'prompt.withdrawn').length > 0) return 'withdrawn';
  const startedSeq = ofKind(events, 'prompt.started').at(-1)?.seq ?? 0;
  const retriedSeq = ofKind(events, 'prompt.retried').at(-1)?.seq ?? 0;
  return startedSeq > retriedSeq ? 'running' : 'waiting';
}
