import { randomUUID } from 'node:crypto';
import { AppError } from '@/domain/errors';
import { parseLoggedEvent } from '@/domain/events/logged-event';
import { CommandId, type PromptId, type SessionId } from '@/domain/ids';
import type { PromptItem } from '@/domain/timeline/items';
import { addEvents, EMPTY_TIMELINE, itemsOf } from '@/domain/timeline/timeline';
import type { ApiClient } from '../api-client';
import { findSession } from '../find-session';
import { visibleLine } from '../print/visible-text';
import { nameOf, shortId } from '../print/words';
import type { CommandResult } from '../run-command';
import { connect, type Terminal } from '../terminal';

/** A prompt that waits, as a list shows it. */
export interface WaitingPrompt {
  promptId: PromptId;
  author: string;
  text: string;
}

/** The prompts that wait, in their order. */
export async function queueList(terminal: Terminal, id: string): Promise<CommandResult> {
  const { sessionId, waiting } = await readQueue(connect(terminal), id);
  if (!terminal.isJson) for (const [at, prompt] of waiting.entries()) terminal.out(queueLine(prompt, at));
  if (waiting.length === 0) terminal.err(`Nothing waits in ${shortId(sessionId)}.\n`);
  return { json: { sessionId, queue: waiting } };
}

/** Moves a prompt that waits to another place; 1 is next. */
export async function queueMove(
  terminal: Terminal,
  id: string,
  { which, to }: { which: string; to: number },
): Promise<CommandResult> {
  const api = connect(terminal);
  const { sessionId, waiting } = await readQueue(api, id);
  const { promptId } = pick(waiting, which, sessionId);
  const position = Math.min(to, waiting.length) - 1;
  const commandId = CommandId.parse(randomUUID());
  await api.insist((client) => client.prompts.promote.mutate({ sessionId, commandId, promptId, position }));
  terminal.err(`It is number ${position + 1} of those that wait in ${shortId(sessionId)}.\n`);
  return { json: { sessionId, promptId, position: position + 1 } };
}

/** Takes a prompt that waits back. Its text goes to standard output, so that it is not lost. */
export async function queueWithdraw(terminal: Terminal, id: string, which: string): Promise<CommandResult> {
  const api = connect(terminal);
  const { sessionId, waiting } = await readQueue(api, id);
  const { promptId, text } = pick(waiting, which, sessionId);
  const commandId = CommandId.parse(randomUUID());
  await api.insist((client) => client.prompts.withdraw.mutate({ sessionId, commandId, promptId }));
  terminal.err(`Withdrawn from ${shortId(sessionId)}: ${visibleLine(text, 60)}\n`);
  return { json: { sessionId, promptId, text } };
}

/** The line of a prompt that waits, from 1 on. */
export function queueLine({ promptId, author, text }: WaitingPrompt, at: number): string {
  return `${String(at + 1).padStart(2)}  ${shortId(promptId)}  ${author}: ${visibleLine(text, 100)}\n`;
}

async function readQueue(
  api: ApiClient,
  id: string,
): Promise<{ sessionId: SessionId; waiting: WaitingPrompt[] }> {
  const sessionId = await findSession(api, id);
  const { session, events } = await api.insist((client) => client.sessions.get.query({ sessionId }));
  const items = itemsOf(addEvents(EMPTY_TIMELINE, events.map(parseLoggedEvent)));
  return { sessionId, waiting: waitingPrompts(session.state.queue, items) };
}

/** The queue's order with the words and names that the timeline has for it. */
export function waitingPrompts(
  queue: readonly { promptId: PromptId }[],
  items: ReturnType<typeof itemsOf>,
): WaitingPrompt[] {
  const prompts = items.filter((item): item is PromptItem => item.type === 'prompt');
  return queue.map(({ promptId }) => {
    const prompt = prompts.find((item) => item.promptId === promptId);
    return { promptId, author: nameOf(prompt?.author ?? null), text: prompt?.text ?? '' };
  });
}

function pick(waiting: readonly WaitingPrompt[], which: string, sessionId: SessionId): WaitingPrompt {
  const byNumber = /^\d{1,3}$/.test(which) ? waiting[Number(which) - 1] : undefined;
  const byId = waiting.filter(({ promptId }) => promptId.startsWith(which.toLowerCase()));
  const found = byNumber ?? (byId.length === 1 ? byId[0] : undefined);
  if (found) return found;
  throw new AppError(
    'conflict',
    `No prompt “${visibleLine(which, 40)}” waits in ${shortId(sessionId)}. See: dispatch queue list ${shortId(sessionId)}`,
  );
}
