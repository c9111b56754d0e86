import { AppError } from '@/domain/errors';
import type { PromptId, SessionId } from '@/domain/ids';
import type { PromptItem } from '@/domain/timeline/items';
import type { SessionSnapshot } from '@/domain/sync/session-stream';
import type { SyncState } from '@/domain/sync/sync-state';
import { digestOf } from '@/domain/timeline/digest';
import { eventsOf } from '@/domain/timeline/timeline';
import type { ApiClient } from './api-client';
import { EXIT, exitCodeOfOutcome } from './exit-code';
import { PresenceNotes } from './print/presence-notes';
import { SessionPrinter } from './print/session-printer';
import { shortId } from './print/words';
import type { CommandResult } from './run-command';
import { SessionFollower } from './session-follower';
import { systemScheduler } from './system-scheduler';
import type { Terminal } from './terminal';

interface FollowOptions {
  api: ApiClient;
  sessionId: SessionId;
  /** When to end by itself; null for never. */
  until: ((snapshot: SessionSnapshot) => boolean) | null;
}

/** Shows a session until it is enough or Ctrl-C detaches, which stops nothing. */
export async function followSession(
  terminal: Terminal,
  { api, sessionId, until }: FollowOptions,
): Promise<{ snapshot: SessionSnapshot; isDetached: boolean }> {
  const signal = terminal.interrupted();
  const printer = new SessionPrinter(terminal.show);
  const follower = await SessionFollower.start({ api, sessionId });
  const notes = new PresenceNotes((line) => printer.note(line), systemScheduler);
  follower.onPresence((presence) => notes.update(presence));
  let told: SyncState['kind'] = 'catching-up';
  let isPreceded = false;
  const show = (snapshot: SessionSnapshot): void => {
    if (snapshot.gaps.length > 0 && !isPreceded) {
      isPreceded = true;
      printer.note(`· earlier parts are left out; dispatch logs ${shortId(sessionId)} has all of it`);
    }
    printer.update(snapshot);
    if (snapshot.state.kind !== told) {
      const line = stateLine(snapshot.state, told);
      told = snapshot.state.kind;
      if (line !== null) printer.note(line);
    }
  };
  try {
    await follower.until((snapshot) => {
      show(snapshot);
      return snapshot.state.kind === 'refused' || (until?.(snapshot) ?? false);
    }, signal);
    const { snapshot } = follower;
    return { snapshot, isDetached: signal.aborted };
  } finally {
    notes.stop();
    printer.end();
    follower.close();
  }
}

/** A change of the connection, as far as it matters to somebody who reads along. */
function stateLine(state: SyncState, before: SyncState['kind']): string | null {
  switch (state.kind) {
    case 'offline':
      return `· offline since ${new Date(state.sinceMs).toLocaleTimeString()}; trying again`;
    case 'refused':
      return `· ${state.message}`;
    case 'live':
      return before === 'offline' || before === 'polling' ? '· live again' : null;
    case 'polling':
      return before === 'live' ? '· no live connection; asking every few seconds' : null;
    case 'catching-up':
      return null;
  }
}

/** Follows one prompt to its end and makes the command's result of it. */
export async function followPrompt(
  terminal: Terminal,
  { api, sessionId, promptId }: { api: ApiClient; sessionId: SessionId; promptId: PromptId },
): Promise<CommandResult> {
  const ended = ({ items, state }: SessionSnapshot): boolean =>
    state.kind !== 'catching-up' && outcomeOf(findPrompt(items, promptId)) !== null;
  const { snapshot, isDetached } = await followSession(terminal, { api, sessionId, until: ended });
  const prompt = findPrompt(snapshot.items, promptId);
  const outcome = outcomeOf(prompt);
  const facts = { ...(await sessionFacts(snapshot)), sessionId, promptId };
  if (outcome !== null) {
    const exitCode = outcome === 'withdrawn' ? EXIT.turnStopped : exitCodeOfOutcome(outcome);
    return { exitCode, json: { ...facts, outcome, reason: prompt?.reason ?? null } };
  }
  if (snapshot.state.kind === 'refused') throw refusalOf(snapshot.state);
  return detached(terminal, sessionId, { ...facts, isDetached });
}

/** What a client says of the session that it shows: where it stands, and a fingerprint of it. */
export async function sessionFacts(snapshot: SessionSnapshot): Promise<Record<string, unknown>> {
  const toSeq = snapshot.appliedSeq;
  const all = eventsOf(snapshot.timeline, { fromSeq: 1, toSeq });
  const fromSeq = firstOfRun(all.map(({ seq }) => seq));
  const digest = await digestOf(all.filter(({ seq }) => seq >= fromSeq));
  return { seq: toSeq, head: snapshot.head, digest: { fromSeq, toSeq, sha256: digest } };
}

function firstOfRun(seqs: readonly number[]): number {
  let first = seqs.at(-1) ?? 1;
  for (let index = seqs.length - 2; index >= 0 && seqs[index] === first - 1; index -= 1) first -= 1;
  return first;
}

/** Says that nothing was stopped, and how to come back. */
export function detached(
  { err }: Terminal,
  sessionId: SessionId,
  json: Record<string, unknown>,
): CommandResult {
  const id = shortId(sessionId);
  err(`Detached; the session goes on. Come back: dispatch attach ${id} · stop it: dispatch stop ${id}\n`);
  return { exitCode: EXIT.detached, json };
}

function refusalOf({ code, message }: Extract<SyncState, { kind: 'refused' }>): AppError {
  return new AppError(code, message);
}

function findPrompt(items: SessionSnapshot['items'], promptId: PromptId): PromptItem | undefined {
  return items.find((item): item is PromptItem => item.type === 'prompt' && item.promptId === promptId);
}

function outcomeOf(
  prompt: PromptItem | undefined,
): Exclude<PromptItem['status'], 'waiting' | 'running'> | null {
  return !prompt || prompt.status === 'waiting' || prompt.status === 'running' ? null : prompt.status;
}
