import { randomUUID } from 'node:crypto';
import { AppError } from '@/domain/errors';
import type { Ask, AskAnswer, AskedQuestion } from '@/domain/events/ask';
import { parseLoggedEvent } from '@/domain/events/logged-event';
import { CommandId, PromptId, type SessionId } from '@/domain/ids';
import type { ItemOf } from '@/domain/timeline/items';
import { addEvents, EMPTY_TIMELINE, itemsOf } from '@/domain/timeline/timeline';
import type { ApiClient } from '../api-client';
import { findSession } from '../find-session';
import { visibleLine } from '../print/visible-text';
import { shortId } from '../print/words';
import type { CommandResult } from '../run-command';
import { connect, type Terminal } from '../terminal';

interface AskOptions {
  /** Which of several open asks; the oldest that fits when left out. */
  ask?: string;
}

/** Answers the agent's question: by the number or the words of an option, or in own words; one argument a question. */
export async function answer(
  terminal: Terminal,
  { id, words }: { id: string; words: readonly string[] },
  options: AskOptions,
): Promise<CommandResult> {
  return giveAnswer(terminal, { id, type: 'question', options }, (ask) => {
    if (ask.type !== 'question') throw doesNotFit('It is a permission: dispatch approve, or dispatch deny.');
    const { questions } = ask;
    const given = questions.length === 1 ? [words.join(' ')] : words;
    if (given.length !== questions.length || given.some((text) => text.trim() === '')) {
      throw doesNotFit(
        `It wants ${questions.length === 1 ? 'an answer' : `${questions.length} answers`}:`,
        ask,
      );
    }
    return {
      type: 'question',
      answers: questions.map((question, at) => [choose(question, given[at] ?? '')]),
    };
  });
}

/** Allows what the agent wants to do, once or from now on in this session. */
export async function approve(
  terminal: Terminal,
  id: string,
  { always = false, ...options }: AskOptions & { always?: boolean },
): Promise<CommandResult> {
  const reply = always ? 'always' : 'once';
  return giveAnswer(terminal, { id, type: 'permission', options }, () => ({
    type: 'permission',
    reply,
    message: null,
  }));
}

/** Denies what the agent wants to do; the words tell it why. A question is left to the agent. */
export async function deny(
  terminal: Terminal,
  { id, words }: { id: string; words: readonly string[] },
  options: AskOptions,
): Promise<CommandResult> {
  const message = words.join(' ').trim() || null;
  return giveAnswer(terminal, { id, type: null, options }, ({ type }) =>
    type === 'permission' ? { type, reply: 'reject', message } : { type: 'dismiss', message },
  );
}

async function giveAnswer(
  terminal: Terminal,
  { id, type, options }: { id: string; type: Ask['type'] | null; options: AskOptions },
  answerTo: (ask: Ask) => AskAnswer,
): Promise<CommandResult> {
  const api = connect(terminal);
  const sessionId = await findSession(api, id);
  const { askId, ask } = pick(await openAsks(api, sessionId), { sessionId, type, options });
  const given = {
    ...{ sessionId, askId, answer: answerTo(ask) },
    commandId: CommandId.parse(randomUUID()),
    promptId: PromptId.parse(randomUUID()),
  };
  await api.insist((client) => client.asks.answer.mutate(given));
  terminal.err(`Answered in ${shortId(sessionId)}.\n`);
  return { json: { sessionId, askId, answer: given.answer } };
}

async function openAsks(api: ApiClient, sessionId: SessionId): Promise<ItemOf<'ask'>[]> {
  const page = await api.insist((client) => client.sessions.get.query({ sessionId }));
  const timeline = addEvents(EMPTY_TIMELINE, page.events.map(parseLoggedEvent));
  return itemsOf(timeline).filter(
    (item): item is ItemOf<'ask'> => item.type === 'ask' && item.status === 'open',
  );
}

function pick(
  asks: readonly ItemOf<'ask'>[],
  wanted: { sessionId: SessionId; type: Ask['type'] | null; options: AskOptions },
): ItemOf<'ask'> {
  const { sessionId, type, options } = wanted;
  const named = options.ask;
  const found =
    named === undefined
      ? (asks.find(({ ask }) => type === null || ask.type === type) ?? asks[0])
      : asks.find(({ askId }) => askId === named);
  if (found) return found;
  const what =
    named === undefined ? 'The agent asks nothing' : `There is no open ask ${visibleLine(named, 60)}`;
  throw new AppError('conflict', `${what} in ${shortId(sessionId)} now.`);
}

function choose({ options, allowsOwnText, question }: AskedQuestion, given: string): string {
  const text = given.trim();
  const byNumber = /^\d{1,2}$/.test(text) ? options[Number(text) - 1] : undefined;
  const chosen = byNumber ?? options.find(({ label }) => label.toLowerCase() === text.toLowerCase());
  if (chosen) return chosen.label;
  if (allowsOwnText) return text;
  const labels = options.map(({ label }, at) => `${at + 1} ${visibleLine(label, 60)}`);
  throw doesNotFit(`“${visibleLine(question, 100)}” takes one of: ${labels.join(', ')}.`);
}

function doesNotFit(message: string, ask?: Extract<Ask, { type: 'question' }>): AppError {
  const questions = ask?.questions.map(({ question }) => `“${visibleLine(question, 100)}”`) ?? [];
  return new AppError('bad_input', [message, ...questions].join(' '));
}
