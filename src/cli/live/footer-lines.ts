import type { ItemOf, PromptItem, TimelineItem } from '@/domain/timeline/items';
import type { SessionSnapshot } from '@/domain/sync/session-stream';
import type { PresenceSnapshot } from '@/domain/sync/session-presence';
import type { SyncState } from '@/domain/sync/sync-state';
import { countWords } from '@/domain/sync/presence-words';
import { visibleLine } from '../print/visible-text';
import { duration, nameOf } from '../print/words';
import type { Draft } from './composer';
import type { Footer } from './screen';

/** So many of those that wait are shown; the others are counted. */
const MAX_WAITING = 3;

export interface LiveState {
  snapshot: SessionSnapshot;
  presence: PresenceSnapshot;
  draft: Draft;
  isReadOnly: boolean;
  nowMs: number;
}

/** The turn that runs now. */
export function runningTurn(items: readonly TimelineItem[]): ItemOf<'turn'> | undefined {
  return items.findLast((item): item is ItemOf<'turn'> => item.type === 'turn' && item.outcome === null);
}

/** The oldest thing that the agent waits for somebody to say. */
export function openAsk(items: readonly TimelineItem[]): ItemOf<'ask'> | undefined {
  return items.find((item): item is ItemOf<'ask'> => item.type === 'ask' && item.status === 'open');
}

/** What stands under the session: who types, what runs and waits, what may be pressed, and how the connection is. */
export function footerOf(state: LiveState): Footer {
  const { snapshot, presence, draft, isReadOnly } = state;
  const ask = openAsk(snapshot.items);
  const lines = [
    ...stepLines(state),
    ...waitingLines(snapshot.items),
    ...typingLines(presence),
    ...(ask && !isReadOnly ? [askKeys(ask)] : []),
  ];
  const shown = (text: string): string =>
    visibleLine(text.replaceAll('\n', '⏎').replace(/ /g, '\u00a0'), 4_000);
  const composer = isReadOnly
    ? null
    : { before: shown(draft.text.slice(0, draft.cursor)), after: shown(draft.text.slice(draft.cursor)) };
  return { lines, composer, status: statusLine(state) };
}

function stepLines({ snapshot: { items }, nowMs }: LiveState): string[] {
  const tool = items.findLast(
    (item): item is ItemOf<'tool'> => item.type === 'tool' && item.status === 'running',
  );
  const turn = runningTurn(items);
  if (!turn) return [];
  const what = tool ? `${visibleLine(tool.tool, 40)} ${visibleLine(tool.title, 100)}`.trim() : 'working';
  const since = Date.parse(tool?.at ?? turn.startedAt ?? turn.at);
  // Whole seconds, since it is drawn once a second.
  const seconds = Math.max(0, Math.floor((nowMs - since) / 1_000));
  return [
    `● ${turn.isStopRequested ? 'stopping' : what} · ${seconds < 60 ? `${seconds} s` : duration(seconds * 1_000)}`,
  ];
}

function waitingLines(items: readonly TimelineItem[]): string[] {
  const waiting = items.filter(
    (item): item is PromptItem => item.type === 'prompt' && item.status === 'waiting',
  );
  const shown = waiting
    .slice(0, MAX_WAITING)
    .map(({ author, text }) => `○ waits: ${nameOf(author)}: ${visibleLine(text, 200)}`);
  return waiting.length > MAX_WAITING ? [...shown, `○ and ${waiting.length - MAX_WAITING} more`] : shown;
}

function typingLines({ typing }: PresenceSnapshot): string[] {
  if (typing.length === 0) return [];
  const names = typing.map((name) => visibleLine(name, 40)).join(', ');
  return [`… ${names} ${typing.length === 1 ? 'is' : 'are'} typing`];
}

function askKeys({ ask }: ItemOf<'ask'>): string {
  if (ask.type === 'permission') return '? y yes, once · a yes, always · n no';
  const [question, ...more] = ask.questions;
  if (!question || more.length > 0)
    return '? several questions: answer them with dispatch answer, or on the web';
  const pick = question.options.length > 0 ? `1–${Math.min(9, question.options.length)} pick` : '';
  const write = question.allowsOwnText ? 'or write an answer and press Enter' : '';
  return `? ${[pick, write].filter((words) => words !== '').join(', ')}`;
}

const STATE_WORDS = {
  live: '● live',
  'catching-up': '◌ catching up',
  polling: '◐ no live connection, asking every few seconds',
  offline: '○ offline, trying again',
  refused: '! refused',
} as const satisfies Record<SyncState['kind'], string>;

function statusLine({ snapshot, presence, isReadOnly }: LiveState): string {
  const { state, appliedSeq, items } = snapshot;
  const names = presence.people.map(({ name, isMe }) => (isMe ? 'you' : visibleLine(name, 30)));
  const here =
    presence.state === 'full' || names.length > 4
      ? `${countWords(presence.state, names.length)} here`
      : names.join(', ');
  const isRunning = runningTurn(items) !== undefined;
  const keys = isReadOnly
    ? ['Ctrl-C leave']
    : [
        isRunning ? 'Enter queue' : 'Enter send',
        ...(isRunning ? ['Ctrl-S steer', 'Ctrl-X stop'] : []),
        'Ctrl-C leave',
      ];
  return [STATE_WORDS[state.kind], `seq ${appliedSeq}`, ...(here === '' ? [] : [here]), ...keys].join(' · ');
}
