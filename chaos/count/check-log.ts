import type { EventOf, EventKind, SessionEvent } from '@/domain/events/session-event';
import { evolve } from '@/domain/session/evolve';
import { INITIAL_STATE } from '@/domain/session/state';
import type { PromptItem, SteerItem, TimelineItem } from '@/domain/timeline/items';
import { addEvents, EMPTY_TIMELINE, itemsOf } from '@/domain/timeline/timeline';
import type { Wish } from '../clients/hand';
import type { Findings } from './finding';
import type { StoredSession } from './server-log';

/** What an event is about, when it may be there only once; null for those that may come again. */
function onceOnly(event: SessionEvent): string | null {
  switch (event.kind) {
    case 'session.created':
    case 'session.archived':
      return event.kind;
    case 'prompt.queued':
    case 'prompt.withdrawn':
    case 'steer.sent':
    case 'steer.delivered':
    case 'steer.read':
    case 'steer.missed':
      return `${event.kind} ${event.promptId}`;
    case 'prompt.started':
      return `${event.kind} ${event.promptId} ${event.attempt}`;
    case 'prompt.delivered':
    case 'turn.stop_requested':
      return `${event.kind} ${event.turnId}`;
    case 'prompt.finished':
      return event.turnId === null ? null : `${event.kind} ${event.turnId}`;
    case 'ask.opened':
    case 'ask.answered':
    case 'ask.applied':
    case 'ask.expired':
      return `${event.kind} ${event.askId}`;
    case 'turn.step_started':
    case 'turn.step_finished':
      return `${event.kind} ${event.turnId} ${event.step}`;
    case 'part.started':
    case 'part.finished':
      return `${event.kind} ${event.partId}`;
    default:
      return null;
  }
}

/** The log by itself: no gap, nothing twice, every prompt ended, and the rows beside it say the same. */
export function checkLog(stored: StoredSession, findings: Findings): void {
  const { events, lastSeq } = stored;
  for (const [index, { seq }] of events.entries()) {
    if (seq !== index + 1) findings.add('lost', `the log jumps to ${seq} where ${index + 1} should be`);
  }
  if (events.length !== lastSeq) {
    findings.add('lost', `the session says ${lastSeq} events and the log has ${events.length}`);
  }
  findings.twice(
    'doubled',
    events.flatMap(({ event }) => onceOnly(event) ?? []),
  );
  const items = itemsOf(addEvents(EMPTY_TIMELINE, events));
  for (const item of items) {
    const left = whatIsLeft(item);
    if (left !== null) findings.add('unfinished', left);
  }
  checkProjections(
    stored,
    items.filter((item) => item.type === 'prompt' || item.type === 'steer'),
    findings,
  );
}

/** What somebody still waits for; null for an item that is over. */
function whatIsLeft(item: TimelineItem): string | null {
  switch (item.type) {
    case 'prompt':
      return ['waiting', 'running'].includes(item.status)
        ? `prompt ${item.promptId} is ${item.status}`
        : null;
    case 'steer':
      return ['sent', 'delivered'].includes(item.status) ? `steer ${item.promptId} is ${item.status}` : null;
    case 'ask':
      return ['open', 'answered'].includes(item.status) ? `ask ${item.askId} is ${item.status}` : null;
    default:
      return null;
  }
}

const STEER_ROWS: Readonly<Record<SteerItem['status'], string>> = {
  sent: 'steering',
  delivered: 'steering',
  read: 'read',
  missed: 'missed',
};

function checkProjections(
  { state, events, prompts }: StoredSession,
  items: readonly (PromptItem | SteerItem)[],
  findings: Findings,
): void {
  const replayed = events.reduce((now, { event, actor }) => evolve(now, event, actor), INITIAL_STATE);
  if (JSON.stringify(sorted(replayed)) !== JSON.stringify(sorted(state))) {
    findings.add('diverged', 'the stored state is not what the log says');
  }
  const rows = new Map(prompts.map((row) => [row.id, row.status]));
  for (const item of items) {
    const wanted = item.type === 'prompt' ? item.status : STEER_ROWS[item.status];
    const row = rows.get(item.promptId);
    if (row !== wanted) {
      findings.add('diverged', `prompt ${item.promptId} is ${wanted} in the log and ${row ?? 'no'} row`);
    }
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

const PROMISED: Readonly<Record<string, EventKind>> = {
  send: 'prompt.queued',
  interrupt: 'prompt.queued',
  steer: 'steer.sent',
  withdraw: 'prompt.withdrawn',
};

/** What people were told about their wishes: whatever was taken is in the log, and as often as it was wanted. */
export function checkWishes({ events }: StoredSession, wishes: readonly Wish[], findings: Findings): void {
  const known = new Set(
    events.flatMap(({ event }) => ('promptId' in event ? [`${event.kind} ${event.promptId}`] : [])),
  );
  for (const { what, promptId, outcome } of wishes) {
    const kind = PROMISED[what];
    if (kind === undefined || promptId === null || outcome?.is !== 'taken') continue;
    if (!known.has(`${kind} ${promptId}`)) findings.add('lost', `${what} of ${promptId} was taken`);
  }
  for (const [what, kind] of [
    ['edit', 'prompt.edited'],
    ['promote', 'prompt.promoted'],
    ['retry', 'prompt.retried'],
    ['rename', 'session.titled'],
  ] as const) {
    const wanted = wishes.filter((wish) => wish.what === what);
    const taken = wanted.filter(({ outcome }) => outcome?.is === 'taken').length;
    const unsure = wanted.filter(({ outcome }) => outcome?.is !== 'refused').length;
    const count = all(
      events.map(({ event }) => event),
      kind,
    ).length;
    if (count < taken) findings.add('lost', `${taken} times ${what} was taken and ${count} are in the log`);
    if (count > unsure)
      findings.add('doubled', `${what} was wanted ${unsure} times and is in the log ${count} times`);
  }
}

/** The events of one kind. */
export function all<K extends EventKind>(events: readonly SessionEvent[], kind: K): EventOf<K>[] {
  return events.filter((event): event is EventOf<K> => event.kind === kind);
}
