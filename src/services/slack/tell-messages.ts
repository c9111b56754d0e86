import { createHash } from 'node:crypto';
import { forgetMessage, intendMessage, noteMessage, type SlackMessageRecord } from '@/db/slack-messages';
import { renewLease, type SlackThreadRecord } from '@/db/slack-threads';
import { dropToken, pauseWorkspace, takeCall } from '@/db/slack-workspaces';
import { ChatError } from '@/domain/chat/chat-error';
import type { ThreadMessage } from '@/domain/chat/thread-message';
import type { ChatPlace } from '@/ports/chat';
import type { OpenWorkspace, SlackDeps } from './slack-world';

/** One message changes no more often than this while its turn runs. */
const GAP_MS = 2_000;
/** Calls of the workspace's budget that progress leaves to what must be said. */
const RESERVE = 6;
const NO_BUDGET_MS = 1_500;
const MAX_BACK_OFF_MS = 60_000;
const CHANNEL_CLOSED_MS = 600_000;
/** In the place of a message's name, for one that Slack takes in no form. */
const REFUSED = 'refused';

export interface TellingWorld {
  deps: SlackDeps;
  thread: SlackThreadRecord;
  workspace: OpenWorkspace;
}

/** Whether all is shown; else when to try again, and what Slack had against it. */
export interface ToldMessages {
  isAll: boolean;
  againInMs: number;
  trouble: string | null;
}

type Outcome = 'shown' | { laterMs: number } | { stopMs: number; trouble: string | null };

/** Posts what a thread lacks, in order, and changes what looks different now. */
export async function tellMessages(
  world: TellingWorld,
  messages: readonly ThreadMessage[],
  known: ReadonlyMap<string, SlackMessageRecord>,
): Promise<ToldMessages> {
  let laterMs = 0;
  for (const message of messages) {
    const outcome = await showMessage(world, message, known.get(message.key));
    if (outcome === 'shown') continue;
    if ('stopMs' in outcome) return { isAll: false, againInMs: outcome.stopMs, trouble: outcome.trouble };
    laterMs = laterMs === 0 ? outcome.laterMs : Math.min(laterMs, outcome.laterMs);
  }
  return { isAll: laterMs === 0, againInMs: laterMs, trouble: null };
}

async function showMessage(
  world: TellingWorld,
  message: ThreadMessage,
  record: SlackMessageRecord | undefined,
): Promise<Outcome> {
  const shown = hashOf(message);
  if (record && isShown(message, record, shown)) return 'shown';
  const isProgress = record !== undefined && message.type === 'turn' && message.outcome === null;
  const waitMs = isProgress ? gapLeft(record) : 0;
  if (waitMs > 0) return { laterMs: waitMs };
  const { deps, workspace, thread } = world;
  if (!(await takeCall(deps.db, workspace.id, isProgress ? RESERVE : 0))) {
    // What must be said is said in order; progress can wait behind it.
    return isProgress ? { laterMs: NO_BUDGET_MS } : { stopMs: NO_BUDGET_MS, trouble: null };
  }
  try {
    await renewLease(deps.db, thread.id);
    const ts = await send(world, message, record);
    await noteMessage(deps.db, { threadId: thread.id, key: message.key }, { ts, shown });
    return 'shown';
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    return afterTrouble(world, { message, shown, error });
  }
}

function gapLeft({ sentAt }: SlackMessageRecord): number {
  return GAP_MS - (Date.now() - (sentAt?.getTime() ?? 0));
}

function isShown(message: ThreadMessage, record: SlackMessageRecord, shown: string): boolean {
  if (record.ts === null) return false;
  // A file can't be changed, and what was refused once is refused again.
  return record.shown === shown || record.ts === REFUSED || message.type === 'file';
}

/** Posts or changes a message, and answers how Slack names it. */
async function send(
  { deps, workspace, thread }: TellingWorld,
  message: ThreadMessage,
  record: SlackMessageRecord | undefined,
): Promise<string> {
  const { token } = workspace;
  const place: ChatPlace = { token, channelId: thread.channelId, threadTs: thread.threadTs };
  const outgoing = { message, sessionId: thread.sessionId };
  if (record?.ts) {
    await deps.chat.update(place, record.ts, outgoing);
    return record.ts;
  }
  const key = keyOf(thread, message);
  // Somebody was about to post it and did not say what came of it.
  const found = record ? await deps.chat.find(place, key) : null;
  if (found !== null) {
    if (message.type !== 'file') await deps.chat.update(place, found, outgoing);
    return found;
  }
  await intendMessage(deps.db, thread.id, message.key);
  if (message.type !== 'file') return deps.chat.post(place, { ...outgoing, message: { ...message, key } });
  const url = deps.blobs.downloadUrl(message.blob.key);
  return deps.chat.upload(place, { key, name: message.name, url });
}

/** In a thread that was given another session the keys of both must differ. */
function keyOf({ sessionId }: SlackThreadRecord, { key }: ThreadMessage): string {
  return `${sessionId.slice(0, 8)}:${key}`;
}

function hashOf(message: ThreadMessage): string {
  return createHash('sha256').update(JSON.stringify(message)).digest('base64url').slice(0, 32);
}

async function afterTrouble(
  world: TellingWorld,
  { message, shown, error }: { message: ThreadMessage; shown: string; error: ChatError },
): Promise<Outcome> {
  const { deps, workspace, thread } = world;
  const { trouble } = error;
  switch (error.trouble) {
    case 'limited':
      await pauseWorkspace(deps.db, workspace.id, error.retryAfterMs);
      return { stopMs: error.retryAfterMs, trouble: null };
    case 'away': {
      const backOff = Math.min(MAX_BACK_OFF_MS, 1_000 * 2 ** thread.tries);
      return { stopMs: Math.max(backOff, error.retryAfterMs), trouble: error.message };
    }
    case 'token':
      await dropToken(deps.db, workspace.id, workspace.sealed);
      return { stopMs: CHANNEL_CLOSED_MS, trouble: error.message };
    case 'channel':
      return { stopMs: CHANNEL_CLOSED_MS, trouble: error.message };
    case 'message':
      // Somebody deleted it: what is said now is said in a new one.
      await forgetMessage(deps.db, thread.id, message.key);
      return { laterMs: GAP_MS };
    case 'refused':
      deps.log.error('Slack refused a message', { trouble, key: message.key, error: error.message });
      return showPlainly(world, { message, shown });
  }
}

/** Says in the place of what Slack did not take that there is something to be seen on the web. */
async function showPlainly(
  { deps, workspace, thread }: TellingWorld,
  { message, shown }: { message: ThreadMessage; shown: string },
): Promise<Outcome> {
  const note: ThreadMessage = {
    ...{ type: 'note', key: `plain:${message.key}`, who: null },
    text: 'Slack did not take one message of this session. It is on the web.',
  };
  const place = { token: workspace.token, channelId: thread.channelId, threadTs: thread.threadTs };
  const key = { threadId: thread.id, key: message.key };
  try {
    await deps.chat.post(place, { message: note, sessionId: thread.sessionId });
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    deps.log.error('Slack refused even a plain message', { key: message.key, error: error.message });
  }
  await intendMessage(deps.db, thread.id, message.key);
  await noteMessage(deps.db, key, { ts: REFUSED, shown });
  return 'shown';
}
