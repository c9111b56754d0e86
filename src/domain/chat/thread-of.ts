import type { AskItem, ItemOf, TimelineItem, TurnItem } from '../timeline/items';
import { splitText } from './split-text';
import type { ThreadMessage, TurnMessage } from './thread-message';

const MAX_STEPS = 5;
/** What a chat shows in one message. */
const PIECE_LENGTH = 2_800;

/** All that a thread shows of these items, in order, as it is to look now. */
export function threadOf(items: readonly TimelineItem[]): ThreadMessage[] {
  return items.flatMap((item) => messagesOf(item, items));
}

/** Whether something in these items may still change by itself: a prompt, a turn, an ask or a steer that is not over. */
export function isUnsettled(items: readonly TimelineItem[]): boolean {
  let hasEnded = false;
  for (const item of items) {
    if (item.type === 'prompt' && (item.status === 'waiting' || item.status === 'running')) return true;
    if (item.type === 'ask' && (item.status === 'open' || item.status === 'answered')) return true;
    if (item.type === 'turn' && item.outcome === null) return true;
    if (item.type === 'prompt') hasEnded = true;
  }
  // What a session starts with is told together with its first prompt.
  return !hasEnded && items.some(({ type }) => type === 'session');
}

function messagesOf(item: TimelineItem, items: readonly TimelineItem[]): ThreadMessage[] {
  switch (item.type) {
    case 'session':
      return [sessionMessage(item, items)];
    case 'prompt':
      return promptMessages(item);
    case 'steer':
      return isFromHere(item.author) ? [] : [said(`steer:${item.promptId}`, 'steer', item)];
    case 'comment':
      return isFromHere(item.author) ? [] : [said(`comment:${item.commentId}`, 'comment', item)];
    case 'turn':
      return turnMessages(item, items);
    case 'ask':
      return [askMessage(item)];
    case 'note':
      return [{ type: 'note', key: item.id, text: item.text, who: whoOf(item) }];
    case 'artifact': {
      const { artifact } = item;
      const { title, url, type } = artifact;
      return [{ type: 'artifact', key: item.id, what: type.replace('_', ' '), title, url }];
    }
    case 'tool':
      return item.attachments
        .filter(({ mime }) => mime.startsWith('image/'))
        .map(({ name, mime, blob }) => ({ type: 'file', key: `file:${blob.key}`, name, mime, blob }));
    case 'sandbox':
      return item.limits.length === 0
        ? []
        : [
            {
              ...{ type: 'note', key: item.id, who: null },
              text: `The sandbox reached its limit of ${item.limits.join(' and ')}`,
            },
          ];
    case 'unknown':
      return [
        {
          ...{ type: 'note', key: item.id, who: null },
          text: `Something that this version does not know: ${item.was}`,
        },
      ];
    case 'text':
    case 'reasoning':
    case 'file':
    case 'todo':
    case 'diff':
      // Told as part of their turn.
      return [];
  }
}

function sessionMessage(item: ItemOf<'session'>, items: readonly TimelineItem[]): ThreadMessage {
  const prompts = items.filter((other) => other.type === 'prompt');
  const isOpen = prompts.every(
    ({ status, deliveredAt }) => deliveredAt === null && (status === 'waiting' || status === 'running'),
  );
  const { title, repository, branch, baseBranch, model } = item;
  return {
    ...{ type: 'session', key: 'session', title, repository: repository.name, branch, baseBranch },
    ...{ model: model.label, isOpen },
  };
}

function promptMessages(item: ItemOf<'prompt'>): ThreadMessage[] {
  const told = item.author === null || isFromHere(item.author) ? [] : [said(item.id, 'prompt', item)];
  const { outcome, reason } = endOf(item);
  // One that never became a turn has no other message to say how it ended.
  if (outcome === null || item.turnId !== null) return told;
  return [
    ...told,
    { type: 'failed', key: `failed:${item.promptId}`, promptId: item.promptId, outcome, reason },
  ];
}

function endOf(item: ItemOf<'prompt'>): Pick<TurnItem, 'outcome' | 'reason'> {
  const { status, reason } = item;
  const isOver = status !== 'waiting' && status !== 'running' && status !== 'withdrawn';
  return { outcome: isOver ? status : null, reason };
}

function isFromHere(author: ItemOf<'prompt'>['author']): boolean {
  return author?.type === 'user' && author.via === 'slack';
}

function said(
  key: string,
  what: 'prompt' | 'steer' | 'comment',
  item: ItemOf<'prompt' | 'steer' | 'comment'>,
): ThreadMessage {
  const { author } = item;
  const files = item.type === 'comment' ? 0 : item.attachments.length;
  const on = item.type === 'comment' ? item.on : null;
  const who = author?.type === 'user' ? author.name : 'Dispatch';
  const via = author?.type === 'user' ? author.via : null;
  return { type: 'said', key, what, who, via, text: item.text, files, on };
}

function whoOf({ actor, isByActor }: ItemOf<'note'>): string | null {
  return isByActor && actor.type === 'user' ? actor.name : null;
}

function askMessage({ askId, ask, status, answer, answeredBy, reason }: AskItem): ThreadMessage {
  return { type: 'ask', key: `ask:${askId}`, askId, ask, status, answer, answeredBy, reason };
}

function turnMessages(turn: TurnItem, items: readonly TimelineItem[]): ThreadMessage[] {
  if (turn.startedAt === null) return [];
  const own = items.filter((item) => 'turnId' in item && item.turnId === turn.turnId);
  const [answer = '', ...more] = turn.outcome === null ? [] : splitText(lastWords(own), PIECE_LENGTH);
  const key = `turn:${turn.turnId}`;
  return [
    turnMessage(turn, { key, own, answer, waiting: waitingIn(items) }),
    ...more.map((text, index) => ({ type: 'more', key: `${key}:${index + 2}`, text }) as const),
  ];
}

function waitingIn(items: readonly TimelineItem[]): number {
  return items.filter((item) => item.type === 'prompt' && item.status === 'waiting').length;
}

/** What the agent itself said last. */
function lastWords(own: readonly TimelineItem[]): string {
  const texts = own.filter((item) => item.type === 'text' && item.parentPartId === null);
  const last = texts.filter((item) => item.type === 'text' && (item.text ?? '').trim() !== '').at(-1);
  return last?.type === 'text' ? (last.text ?? '') : '';
}

function turnMessage(
  turn: TurnItem,
  given: { key: string; own: readonly TimelineItem[]; answer: string; waiting: number },
): TurnMessage {
  const { key, own, answer, waiting } = given;
  const { turnId, promptId, outcome, isStopRequested, reason } = turn;
  const tools = own
    .filter((item) => item.type === 'tool')
    .filter(({ parentPartId }) => parentPartId === null);
  const diff = own.filter((item) => item.type === 'diff').at(-1);
  const todos = own.filter((item) => item.type === 'todo').at(-1)?.todos ?? [];
  const files = diff?.files ?? [];
  return {
    ...{ type: 'turn', key, turnId, promptId, outcome, reason, answer, todos },
    isStopping: isStopRequested && outcome === null,
    steps: tools.slice(-MAX_STEPS).map(({ tool, title, status }) => ({ title: title || tool, status })),
    stepCount: tools.length,
    files: files.length,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    elapsedMs: elapsed(turn, own),
    waiting: outcome === null ? waiting : 0,
  };
}

/** Up to the newest thing that happened, so that the same events always look the same. */
function elapsed(turn: TurnItem, own: readonly TimelineItem[]): number {
  const from = Date.parse(turn.startedAt ?? turn.at);
  const to = turn.finishedAt === null ? own.map(({ at }) => Date.parse(at)) : [Date.parse(turn.finishedAt)];
  return Math.max(0, ...to.map((at) => at - from));
}
